package js

import (
	"embed"
	"fmt"
	"sync"
)

//go:generate ./prelude/bundle.sh

//go:embed prelude/*.js
var preludeFiles embed.FS

var bytecodes struct {
	sync.Mutex
	of map[string][]byte // by source text
}

// preludeBytecode compiles a script of the prelude, once for the process.
func preludeBytecode(file string) ([]byte, error) {
	source, err := preludeFiles.ReadFile("prelude/" + file)
	if err != nil {
		return nil, err
	}
	return bytecodeOf("prelude/"+file, string(source))
}

// scriptBytecode compiles an embedder's script, once for the process.
func scriptBytecode(source string) ([]byte, error) { return bytecodeOf("host", "("+source+"\n)") }

func bytecodeOf(name, source string) ([]byte, error) {
	bytecodes.Lock()
	defer bytecodes.Unlock()
	if b, ok := bytecodes.of[source]; ok {
		return b, nil
	}
	v, err := newVM(preludeMemory, true)
	if err != nil {
		return nil, err
	}
	defer v.close()
	var b []byte
	err = v.protect(func() (err error) {
		b, err = v.compile(source, name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("js: %s: %w", name, err)
	}
	if bytecodes.of == nil {
		bytecodes.of = map[string][]byte{}
	}
	bytecodes.of[source] = b
	return b, nil
}

// preludeMemory limits the engines that compile.
const preludeMemory = 256 << 20
