package n8ntest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
)

// RandomWorkflow returns a workflow file that seed decides: branches, joins, loops with an exit, errors, empty outputs, nodes
// at one position, both execution orders and the settings of nodes that bear on scheduling. Its nodes do nothing but hand
// on items, so that a run of it shows the engine's order and pairing. It always comes to an end.
func RandomWorkflow(seed uint64) []byte {
	g := generator{rand.New(rand.NewPCG(seed, 20)), seed}
	text, err := json.Marshal(g.workflow())
	if err != nil {
		panic(err) // maps of texts and numbers
	}
	return text
}

type generator struct {
	*rand.Rand
	seed uint64
}

type randomNode struct {
	name            string
	json            map[string]any
	inputs, outputs int
}

func (g generator) chance(percent int) bool { return g.IntN(100) < percent }

func (g generator) workflow() map[string]any {
	settings := map[string]any{}
	switch g.IntN(4) {
	case 0, 1:
		settings["executionOrder"] = "v1"
	case 2:
		settings["executionOrder"] = "v0"
	}
	start := randomNode{"Start", map[string]any{
		"id": "n0", "name": "Start", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": []int{0, 0}, "parameters": map[string]any{},
	}, 0, 1}
	nodes := []randomNode{start}
	nodes = append(nodes, g.node(1, g.code))
	for i := 2; i < 5+g.IntN(9); i++ {
		makers := []func() randomNode{g.noOp, g.set, g.filter, g.branch, g.branch, g.merge, g.merge, g.limit, g.code, g.failing}
		nodes = append(nodes, g.node(i, makers[g.IntN(len(makers))]))
	}
	var list []any
	for _, n := range nodes {
		list = append(list, n.json)
	}
	return map[string]any{
		"id": fmt.Sprintf("random%d", g.seed), "name": fmt.Sprintf("random %d", g.seed), "active": false, "nodes": list, "connections": g.connect(nodes), "settings": settings,
	}
}

// connect leads to each node from earlier ones, and back from some branches.
func (g generator) connect(nodes []randomNode) map[string]any {
	outputs := map[string][][]any{}
	link := func(from, to randomNode, output, input int) {
		list := outputs[from.name]
		for len(list) <= output {
			list = append(list, []any{})
		}
		list[output] = append(list[output], map[string]any{"node": to.name, "type": "main", "index": input})
		outputs[from.name] = list
	}
	for i := 1; i < len(nodes); i++ {
		n := nodes[i]
		for input := range n.inputs {
			if input > 0 && g.chance(10) || n.inputs > 1 && input == 0 && g.chance(8) {
				continue
			}
			for range 1 + g.IntN(5)/3 {
				from := nodes[max(0, i-1-g.IntN(4))]
				if i == 1 {
					from = nodes[0]
				}
				if from.outputs > 0 {
					link(from, n, g.IntN(from.outputs), input)
				}
			}
		}
		if n.json["type"] == "n8n-nodes-base.if" && g.chance(30) && i > 1 {
			// Back to an earlier node for the first runs only: what ends the loop is the number of the run.
			n.json["parameters"] = g.condition("={{ $runIndex }}", "lt", 1+g.IntN(3))
			delete(n.json, "disabled")
			delete(n.json, "alwaysOutputData")
			delete(n.json, "onError")
			to := nodes[1+g.IntN(i)]
			link(n, to, 0, g.IntN(max(to.inputs, 1)))
		}
	}
	all := map[string]any{}
	for name, list := range outputs {
		all[name] = map[string]any{"main": list}
	}
	return all
}

// node makes a node with a place and settings.
func (g generator) node(i int, kind func() randomNode) randomNode {
	n := kind()
	n.name = fmt.Sprintf("N%d", i)
	if g.chance(8) {
		n.name = fmt.Sprint(i)
	}
	n.json["id"], n.json["name"] = fmt.Sprintf("n%d", i), n.name
	n.json["position"] = []int{100 * g.IntN(4), 100 * g.IntN(4)}
	if g.chance(8) && i > 1 {
		n.json["disabled"] = true
	}
	if g.chance(12) {
		n.json["alwaysOutputData"] = true
	}
	if g.chance(5) {
		n.json["executeOnce"] = true
	}
	if _, set := n.json["onError"]; !set && g.chance(15) {
		n.json["onError"] = g.pick("continueRegularOutput", "continueErrorOutput", "stopWorkflow")
	}
	if n.json["onError"] == "continueErrorOutput" {
		n.outputs++
	}
	return n
}

func (g generator) pick(of ...string) string { return of[g.IntN(len(of))] }

func make1(nodeType string, version float64, parameters map[string]any) randomNode {
	return randomNode{json: map[string]any{"type": "n8n-nodes-base." + nodeType, "typeVersion": version, "parameters": parameters}, inputs: 1, outputs: 1}
}

func (g generator) noOp() randomNode { return make1("noOp", 1, map[string]any{}) }

func (g generator) set() randomNode {
	field := fmt.Sprintf("f%d", g.IntN(5))
	value := g.pick("={{ $runIndex }}", "={{ $input.all().length }}", "={{ $itemIndex }}")
	return make1("set", 3.4, map[string]any{
		"assignments":        map[string]any{"assignments": []any{map[string]any{"id": "a", "name": field, "value": value, "type": "number"}}},
		"includeOtherFields": true, "options": map[string]any{},
	})
}

func (g generator) condition(left, operation string, right int) map[string]any {
	return map[string]any{
		"conditions": map[string]any{
			"options":    map[string]any{"caseSensitive": true, "leftValue": "", "typeValidation": "loose", "version": 2},
			"combinator": "and",
			"conditions": []any{map[string]any{
				"id": "c", "leftValue": left, "rightValue": right, "operator": map[string]any{"type": "number", "operation": operation},
			}},
		},
		"options": map[string]any{},
	}
}

func (g generator) branch() randomNode {
	n := make1("if", 2.2, g.condition("={{ $json.id }}", g.pick("lt", "gt"), g.IntN(6)))
	n.outputs = 2
	return n
}

func (g generator) filter() randomNode {
	return make1("filter", 2.2, g.condition("={{ $json.id }}", g.pick("lt", "gt"), g.IntN(6)))
}

func (g generator) limit() randomNode {
	return make1("limit", 1, map[string]any{"maxItems": 1 + g.IntN(3)})
}

func (g generator) code() randomNode {
	items := []any{}
	for range g.IntN(5) {
		item := map[string]any{"id": g.IntN(6)}
		if g.chance(8) {
			item = map[string]any{"error": "no"}
		}
		items = append(items, map[string]any{"json": item})
	}
	text, err := json.Marshal(items)
	if err != nil {
		panic(err) // maps of texts and numbers
	}
	return make1("code", 2, map[string]any{"jsCode": "return " + string(text) + ";"})
}

// failing is a node that fails as a whole.
func (g generator) failing() randomNode {
	n := make1("stopAndError", 1, map[string]any{"errorMessage": "stop"})
	n.outputs = 0
	n.json["onError"] = g.pick("continueRegularOutput", "continueErrorOutput", "continueRegularOutput")
	if g.chance(20) {
		delete(n.json, "onError")
		n.json["disabled"] = g.chance(70)
	}
	return n
}

func (g generator) merge() randomNode {
	inputs := 2 + g.IntN(5)/3
	parameters := map[string]any{"numberInputs": inputs}
	if g.chance(30) {
		parameters = map[string]any{"mode": "chooseBranch", "numberInputs": inputs, "useDataOfInput": fmt.Sprint(1 + g.IntN(inputs))}
	}
	n := make1("merge", 3.1, parameters)
	n.inputs = inputs
	return n
}
