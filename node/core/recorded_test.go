package core_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/core"
	"github.com/nate-go/nate/node/nodetest"
	"github.com/nate-go/nate/runtime"
)

// divergent are the runs that are otherwise here, and why.
var divergent = map[string]string{
	"merge_v3_all_last_empty": "n8n writes into the items of the first input, so that what one item got shows in later ones",
}

// TestRecorded runs single nodes over the items of several inputs as n8n 2.41.1 did: testdata/recorded holds a run in each file.
func TestRecorded(t *testing.T) {
	t.Parallel()
	nodes := map[string][]node.Node{}
	for _, n := range []node.Node{core.NewMergeV1(), core.NewMergeV2(), core.NewMerge(), core.NewCompareDatasets()} {
		typ := n.Definition().Types[0]
		nodes[typ] = append(nodes[typ], n)
	}
	files, err := filepath.Glob("testdata/recorded/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			r := object(t, string(text))
			version := field(r, "version").(float64)
			s := nodetest.Setup{Version: version, Parameters: members(field(r, "parameters")), Settings: members(field(r, "settings"))}
			for _, list := range field(r, "inputs").([]any) {
				items, err := node.ItemsOf(list)
				require.NoError(t, err)
				s.Inputs = append(s.Inputs, items)
			}
			var n node.Node
			for _, candidate := range nodes[field(r, "type").(string)] {
				for _, v := range candidate.Definition().Versions {
					if v == version {
						n = candidate
					}
				}
			}
			got, err := nodetest.Run(context.Background(), n, s)
			if issues := (*runtime.IssuesError)(nil); errors.As(err, &issues) {
				message := field(field(r, "error").(*node.Object), "message").(string)
				require.Equal(t, strings.ReplaceAll(message, "'N'", "'"+n.Definition().DefaultName+"'"), issues.Error())
				return
			}
			require.NoError(t, err)
			if want, failed := r.Get("error"); failed {
				require.NotNil(t, got.Error)
				require.Equal(t, field(want.(*node.Object), "message"), got.Error.Message)
				name, _ := field(want.(*node.Object), "name").(string)
				require.Equal(t, name, got.Error.Name)
			} else {
				require.Nil(t, got.Error)
			}
			want, _ := r.Get("outputs")
			outputs, _ := want.([]any)
			require.Len(t, got.Outputs, len(outputs), "outputs")
			for i, list := range outputs {
				wanted := []string{}
				for _, e := range list.([]any) {
					e := e.(*node.Object)
					if links, isList := field(e, "pairedItem").([]any); isList && len(links) == 1 { // a list of one is written as one
						e.Set("pairedItem", links[0])
					}
					wanted = append(wanted, string(node.AppendJSON(nil, e)))
				}
				gotten := []string{}
				for _, it := range got.Outputs[i] {
					it.Binary = nil
					gotten = append(gotten, string(it.AppendJSON(nil)))
				}
				if divergent[t.Name()[len("TestRecorded/"):]] != "" {
					require.NotEqual(t, wanted, gotten, "it is the same by now")
					continue
				}
				require.Equal(t, wanted, gotten)
			}
		})
	}
}

func field(o *node.Object, key string) any {
	v, _ := o.Get(key)
	return v
}

func members(v any) map[string]any {
	o, _ := v.(*node.Object)
	m := map[string]any{}
	for key, v := range o.All() {
		m[key] = v
	}
	return m
}
