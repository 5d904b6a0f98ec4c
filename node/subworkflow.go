package node

// SubWorkflow says which workflow a node runs, and with what: n8n's executeWorkflow.
type SubWorkflow struct {
	// ID finds the workflow where the runtime keeps others; it may be its name.
	ID string
	// Document is the workflow itself, as its file has it; nil: ID says which.
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
	// Outputs are the items that its last node put out, by main output. They must not be changed.
	Outputs [][]Item
}
