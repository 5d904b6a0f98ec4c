package node_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
)

func TestDate(t *testing.T) {
	t.Parallel()
	for d, want := range map[node.Date]string{
		0:                     `"1970-01-01T00:00:00.000Z"`,
		1714979289123:         `"2024-05-06T07:08:09.123Z"`,
		-1:                    `"1969-12-31T23:59:59.999Z"`,
		8.64e15:               `"+275760-09-13T00:00:00.000Z"`,
		-8.64e15:              `"-271821-04-20T00:00:00.000Z"`,
		8.64e15 + 1:           `null`,
		node.Date(math.NaN()): `null`,
	} {
		o := node.NewObject("d", d)
		require.Equal(t, `{"d":`+want+`}`, string(node.AppendJSON(nil, o)))
		kept, _ := o.Get("d")
		require.IsType(t, d, kept)
		text, err := d.MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, want, string(text))
	}
	require.Equal(t, "1970-01-01T00:00:00.000Z", node.GoValue(node.Date(0)))
	require.Nil(t, node.GoValue(node.Date(math.NaN())))
	require.Equal(t, "a date", node.TypeName(node.Date(0)))
}
