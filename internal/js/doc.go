// Package js runs the JavaScript of workflows: expressions and the code of Code nodes. It knows nothing of workflows: what a
// script sees is given by its user, piece by piece, through Scope.
//
// # Engine
//
// The engine is QuickJS, translated to Go (modernc.org/libquickjs); no type of it leaves this package. A vm (vm.go) is one
// instance with its own memory. Engine keeps a pool of them for each Kind, makes them when they are needed, and drops one that
// hit a limit or is not as it was. A Program is bytecode that all vms load.
//
// # From source to result
//
// Compile reads an expression with the parser that n8n uses (prelude/rewrite.js): it refuses the names that n8n refuses, finds
// the variables and which of their members are read, and calls extension methods where n8n does. Code is compiled as it is. Run
// calls the function. A variable is asked from the Scope when the script reads it first; the Writer builds its value inside the
// engine without a JSON text between (writer.go), and a Sink takes the result apart in the same way (reader.go).
//
// # Realms
//
// A realm is the globals that programs of a Kind find: prelude/realm.js for both, prelude/code.js for code, then the embedder's
// own Script. All of them are frozen when they are made (harden.go), so that one evaluation cannot change what the next one
// sees; the prelude makes assignments on own objects work as if they were not. Code that changes built-ins on purpose gets a vm
// that nobody else gets. No vm that runs scripts has a compiler: eval and Function cannot work, however they are reached.
//
// # Limits
//
// The engine asks for the time at every loop and call of a script, at every block of memory (vm.go), and the built-ins that
// loop on their own are bounded before they start (guard.go). A limit ends the evaluation: the script cannot catch it.
//
// # Node.js
//
// Values, texts and errors are compared with recordings of Node.js in testdata: JSON (json.go), dates (internal/dates), wordings
// of errors (messages.go), Intl (package intl).
package js
