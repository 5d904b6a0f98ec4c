package runtime

// deque is a list of tasks that grows at both ends: the stack of a run.
type deque struct {
	tasks []*Task
	head  int // the tasks before it are free
}

func (d *deque) len() int { return len(d.tasks) - d.head }

// all returns the tasks, the next first.
func (d *deque) all() []*Task { return d.tasks[d.head:] }

func (d *deque) pushBack(t *Task) {
	if len(d.tasks) == cap(d.tasks) && d.head > len(d.tasks)/2 {
		n := copy(d.tasks, d.tasks[d.head:])
		clear(d.tasks[n:])
		d.tasks, d.head = d.tasks[:n], 0
	}
	d.tasks = append(d.tasks, t)
}

func (d *deque) pushFront(t *Task) {
	if d.head == 0 {
		room := len(d.tasks) + 8
		grown := make([]*Task, room+len(d.tasks), room+2*len(d.tasks))
		copy(grown[room:], d.tasks)
		d.tasks, d.head = grown, room
	}
	d.head--
	d.tasks[d.head] = t
}

func (d *deque) popFront() *Task {
	t := d.tasks[d.head]
	d.tasks[d.head] = nil
	d.head++
	if d.head == len(d.tasks) {
		d.tasks, d.head = d.tasks[:0], 0
	}
	return t
}
