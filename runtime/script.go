package runtime

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/nate-go/nate/internal/expr"
	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// CodeLimits bound what the code of a node may use: Code, Function. Code that goes beyond them is stopped and its node fails;
// nothing else is affected. What is 0 takes the default.
type CodeLimits struct {
	// Time is how long one run of a node's code may take, waiting for promises included; the default is n8n's, 5 minutes. Where code
	// runs for each item, it is the time of 1,000 items.
	Time time.Duration
	// Memory is how many bytes the engine may hold (default 512 MiB), Result how large the JSON of what the code returns may be, about
	// (256 MiB).
	Memory, Result int
}

// WithCodeLimits sets the limits of code.
func WithCodeLimits(l CodeLimits) Option { return func(c *config) { c.codeLimits = l } }

// WithModules names the modules that require gives in the code of Code nodes: of buffer, crypto, jmespath, luxon, timers, url and
// util. The default is none, as in n8n. They reach nothing outside of the code.
func WithModules(names ...string) Option { return func(c *config) { c.modules = names } }

// script is the node.Script of one execution of a node.
type script struct {
	cfg    *config
	scope  expr.Scope
	param  func(ctx context.Context, name string, item int) (any, error)
	static *staticData
	custom *customData
	node   string
	logger *slog.Logger
	files  *binaries
	call   *node.Call // of the execution

	once     sync.Once
	deadline time.Time
	limit    time.Duration
}

var _ node.Script = (*script)(nil)

// Run implements node.Script.
func (s *script) Run(ctx context.Context, r node.ScriptRun) (any, error) {
	if r.Kind < node.ScriptAllItems || r.Kind > node.ScriptFunctionItem {
		return nil, fmt.Errorf("node.ScriptRun.Kind is %d, which is no kind of script", r.Kind)
	}
	const perItems = 1000
	s.once.Do(func() {
		s.limit = s.cfg.codeLimits.Time
		if s.limit <= 0 {
			s.limit = expr.CodeTime
		}
		s.deadline = time.Now().Add(s.limit * time.Duration(1+len(s.scope.Items)/perItems))
	})
	left := time.Until(s.deadline)
	if left <= 0 {
		return nil, node.NewScriptTimeout(s.limit)
	}
	scope := s.scope
	scope.Context, scope.Item = ctx, r.Item
	v, err := expr.CodeOf(r.Kind, r.Source).Run(&scope, expr.CodeRun{
		Host:    scriptHost{s, ctx, r.SetFiles, r.Arguments},
		Modules: s.cfg.modules,
		Left:    min(left, s.limit),
		Limits:  expr.Limits{Time: s.limit, Memory: s.cfg.codeLimits.Memory, Result: s.cfg.codeLimits.Result},
		Console: func(level, text string) { s.log(ctx, level, text) },
	})
	return v, err
}

func (s *script) log(ctx context.Context, level, text string) {
	as := slog.LevelInfo
	switch level {
	case "error", "assert", "trace":
		as = slog.LevelError
	case "warn":
		as = slog.LevelWarn
	case "debug":
		as = slog.LevelDebug
	}
	s.logger.Log(ctx, as, text, "console", level)
}

// scriptHost answers what code asks for.
type scriptHost struct {
	*script
	ctx      context.Context
	setFiles func(files any) error
	given    *node.Object
}

var _ expr.CodeHost = scriptHost{}

// Ask implements expr.CodeHost.
func (h scriptHost) Ask(name string, args []any) (any, error) {
	first, _ := argument(args, 0).(string)
	switch name {
	case "static":
		kind, err := staticKind(first)
		if err != nil {
			return nil, err
		}
		return h.static.get(kind, h.node), nil
	case "setStatic":
		kind, err := staticKind(first)
		if o, ok := argument(args, 1).(*node.Object); ok && err == nil {
			h.static.set(kind, h.node, o)
		}
		return node.Undefined, err
	case "customData":
		return h.custom.all(), nil
	case "setCustomData":
		return node.Undefined, h.custom.set(argument(args, 0), argument(args, 1), Mode(h.scope.Execution.RunMode), h.logger)
	case "setFiles":
		if h.setFiles == nil {
			return nil, errors.New("files can't be set here")
		}
		return node.Undefined, h.setFiles(argument(args, 0))
	case "nodeParameter":
		if v, ok := h.given.Get(first); ok {
			return []any{v}, nil
		}
		item, _ := argument(args, 1).(float64)
		v, err := h.param(h.ctx, first, int(item))
		if err != nil || v == node.Undefined {
			return []any{}, nil //nolint:nilerr // the code's own default, or undefined, stands for it
		}
		return []any{v}, nil
	}
	return nil, fmt.Errorf("code asked for %s, which is not known", name)
}

func argument(args []any, i int) any {
	if i < len(args) {
		return args[i]
	}
	return node.Undefined
}

// Do implements expr.CodeHost.
func (h scriptHost) Do(ctx context.Context, name string, args []any) (any, error) {
	if _, ok := fileHelpers[name]; ok {
		return h.doFile(ctx, name, args), nil
	}
	return requestOfCode(ctx, h.cfg.transport, name, argument(args, 0)), nil
}

// customData is what code keeps with $execution.customData, and nodes with node.Call.SetCustomData: what an execution is told apart by in n8n's list of executions.
type customData struct {
	mu     sync.Mutex
	values *node.Object
}

// n8n's limits of custom data.
const (
	maxCustomData  = 10
	maxCustomKey   = 50
	maxCustomValue = 512
)

func (c *customData) all() *node.Object {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.values == nil {
		return &node.Object{}
	}
	return c.values.Clone().Freeze()
}

// set keeps a value. What can't be kept is an error in the editor's runs and is passed over in others, as in n8n.
func (c *customData) set(key, value any, mode Mode, logger *slog.Logger) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	name := fields.Text(key)
	if !c.values.Has(name) && c.values.Len() >= maxCustomData {
		logger.Warn("custom data was not kept: an execution has ten keys at most", "key", name)
		return nil
	}
	var text string
	what := ""
	switch v := value.(type) {
	case string:
		text = v
	case float64:
		text = fields.Text(v)
	default:
		what = fmt.Sprintf(`Custom data values must be a string (key "%s")`, name)
	}
	if _, isText := key.(string); !isText {
		what = fmt.Sprintf(`Custom data keys must be a string (key "%s")`, name)
	} else if strings.ContainsFunc(name, notInKey) {
		what = fmt.Sprintf(`Custom data key can only contain letters, numbers, and underscores (key "%s")`, name)
	}
	switch {
	case what == "":
		if c.values == nil {
			c.values = &node.Object{}
		}
		c.values.Set(cut(name, maxCustomKey), cut(text, maxCustomValue))
	case mode == ModeManual:
		return errors.New(what)
	default:
		logger.Warn("custom data was not kept: " + what)
	}
	return nil
}

// notInKey reports whether a character may not stand in a key of custom data.
func notInKey(r rune) bool {
	return r != '_' && !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
}

// cut shortens a text to n characters.
func cut(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n])
	}
	return strings.Clone(text)
}
