package node

// SubWorkflow says which workflow a node runs, and with what: n8n's executeWorkflow.
type SubWorkflow struct {
	// ID finds the workflow where the runtime keeps others; it may be its name.
	ID string
	// File is the path of the workflow's file. The runtime says which folders it may be in.
	File string
	// Document is the workflow itself, as its file has it; nil: File or ID says which. It is frozen. One that is given again in the same
	// run is not read again.
	Document *Object
	// Items are what its trigger puts out.
	Items []Item
	// NoWait lets it run beside this one: RunWorkflow returns as soon as it has started, without outputs.
	NoWait bool
}

// SubRun is what became of a workflow that a node ran.
type SubRun struct {
	// ExecutionID and WorkflowID are those of the run; WorkflowID is empty where the workflow has none.
	ExecutionID, WorkflowID string
	// Outputs are the items that its last node put out, by main output. Their links, where they have any, lead to Items as far as they
	// can be followed. They must not be changed.
	Outputs [][]Item
}
