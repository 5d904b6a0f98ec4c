package fields_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/fields"
	"github.com/nate-go/nate/node"
)

// A Date counts as an object, as in n8n.
func TestConvertDate(t *testing.T) {
	t.Parallel()
	d := node.Date(1714979289123)
	v, err := fields.Convert("v", "object", d)
	require.NoError(t, err)
	require.Equal(t, d, v)
	v, err = fields.Convert("v", "number", d)
	require.NoError(t, err)
	require.InDelta(t, 1714979289123, v, 0)
	_, err = fields.Convert("v", "array", d)
	require.EqualError(t, err, "'v' expects a array but we got object")
	require.Equal(t, "Mon May 06 2024 07:08:09 GMT+0000 (Coordinated Universal Time)", fields.Text(d))
	require.Equal(t, "Invalid Date", fields.Text(node.Date(math.NaN())))
}
