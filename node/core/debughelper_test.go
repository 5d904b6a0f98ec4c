package core_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/core"
	"github.com/nate-go/nate/node/nodetest"
)

// debugData runs DebugHelper over so many items and returns what it put out, an item's JSON each.
func debugData(t *testing.T, items int, parameters map[string]any) []string {
	t.Helper()
	parameters["category"] = "randomData"
	got, err := nodetest.Run(context.Background(), core.NewDebugHelper(), nodetest.Setup{
		Items: make([]node.Item, items), Parameters: parameters,
	})
	require.NoError(t, err)
	require.Nil(t, got.Error)
	return texts(got.Outputs[0])
}

// TestDebugHelperRandom holds the shape of what n8n makes up: its fields and what stands in them.
func TestDebugHelperRandom(t *testing.T) {
	t.Parallel()
	const (
		name   = `[A-Z][a-zA-Z]+`
		mail   = name + `(\.` + name + `|\d\d)@example\.(com|net|org)`
		uuid   = `[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`
		number = `-?\d{1,3}\.\d{6}`
	)
	for typ, shape := range map[string]string{
		"user":       `{"uid":"` + uuid + `","email":"` + mail + `","firstname":"` + name + `","lastname":"` + name + `","password":"[ -~]{6,10}"}`,
		"email":      `{"email":"` + mail + `","confirmed":(true|false)}`,
		"creditCard": `{"type":"(Visa|MasterCard)","number":"[45]\d{15}","ccv":"\d{3}","exp":"(0\d|1[012])/[0-4]\d","holder_name":"` + name + ` ` + name + `"}`,
		"address": `{"firstname":"` + name + `","lastname":"` + name + `","street":"\d{3,5} ` + name + ` ` + name + `","city":"[A-Z][a-z]+",` +
			`"zip":"\d{5}","state":"[A-Z][a-z]+","country":"[A-Z][a-zA-Z ]+"}`,
		"uuid":       `{"uuid":"` + uuid + `"}`,
		"macAddress": `{"mac":"[0-9a-f]{2}(-[0-9a-f]{2}){5}"}`,
		"ipv4":       `{"ip":"\d{1,3}(\.\d{1,3}){3}"}`,
		"ipv6":       `{"ipv6":"[0-9a-f]{1,4}(:[0-9a-f]{1,4}){7}"}`,
		"latLong":    `{"location":"` + number + `, ` + number + `"}`,
		"semver":     `{"version":"\d\.\d{1,2}\.\d{1,2}"}`,
		"url":        `{"url":"https://[a-z]+\.example\.(com|net|org)"}`,
		"nanoid":     `{"nanoId":"[0-9a-zA-Z]{16}"}`,
	} {
		t.Run(typ, func(t *testing.T) {
			t.Parallel()
			got := debugData(t, 2, map[string]any{"randomDataType": typ, "randomDataCount": 50})
			require.Len(t, got, 100)
			for _, item := range got {
				require.Regexp(t, "^"+shape+"$", item)
			}
			distinct := map[string]bool{}
			for _, item := range got {
				distinct[item] = true
			}
			require.Greater(t, len(distinct), 20, "drawn anew each time")
		})
	}
}

func TestDebugHelperSeed(t *testing.T) {
	t.Parallel()
	draw := func(seed any) []string {
		return debugData(t, 2, map[string]any{"randomDataType": "user", "randomDataCount": 3, "randomDataSeed": seed})
	}
	first := draw("a")
	require.Equal(t, first, draw("a"), "the same in every run")
	require.Equal(t, first[:3], first[3:], "and for every item, as in n8n")
	require.NotEqual(t, first, draw("b"))
	byChance := draw("")
	require.NotEqual(t, byChance, draw(""))
}

func TestDebugHelperCardNumbers(t *testing.T) {
	t.Parallel()
	for _, item := range debugData(t, 1, map[string]any{"randomDataType": "creditCard", "randomDataCount": 200}) {
		card := object(t, item)
		number := field(card, "number").(string)
		require.Equal(t, field(card, "type") == "Visa", strings.HasPrefix(number, "4"), item)
		sum := 0
		for i, c := range number {
			d := int(c - '0')
			if i%2 == 0 {
				d = d*2/10 + d*2%10
			}
			sum += d
		}
		require.Zero(t, sum%10, "%s has a wrong check digit", number)
	}
}

func TestDebugHelperErrors(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		parameters map[string]any
		want       string
	}{
		"out of memory":     {map[string]any{"category": "oom", "memorySizeValue": 1e9}, "DebugHelper does not use up memory here"},
		"too many":          {map[string]any{"category": "randomData", "randomDataCount": 1e12}, "The number of items to generate is 1000000000000, and 100000 at most"},
		"too long":          {map[string]any{"category": "randomData", "randomDataType": "nanoid", "nanoidLength": "100000000"}, "The NanoIds are longer than 67108864 characters in all"},
		"too long together": {map[string]any{"category": "randomData", "randomDataType": "nanoid", "nanoidLength": "1000", "randomDataCount": 1e5}, "The NanoIds are longer than 67108864 characters in all"},
		"no alphabet":       {map[string]any{"category": "randomData", "randomDataType": "nanoid", "nanoidAlphabet": ""}, "The alphabet of the NanoIds is empty"},
		"no length":         {map[string]any{"category": "randomData", "randomDataType": "nanoid", "nanoidLength": "x"}, `The length of the NanoIds is "x", not a whole number from 0`},
		"negative length":   {map[string]any{"category": "randomData", "randomDataType": "nanoid", "nanoidLength": "-1"}, `The length of the NanoIds is "-1", not a whole number from 0`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			setup := nodetest.Setup{Items: make([]node.Item, 2), Parameters: tt.parameters}
			got, err := nodetest.Run(context.Background(), core.NewDebugHelper(), setup)
			require.NoError(t, err)
			require.NotNil(t, got.Error)
			require.Equal(t, tt.want, got.Error.Message)
			require.Equal(t, node.OperationErrorName, got.Error.Name)

			setup.Settings = map[string]any{"onError": "continueRegularOutput"}
			got, err = nodetest.Run(context.Background(), core.NewDebugHelper(), setup)
			require.NoError(t, err)
			require.Nil(t, got.Error)
			require.Equal(t, []string{
				string(node.AppendJSON(nil, node.NewObject("error", tt.want))), string(node.AppendJSON(nil, node.NewObject("error", tt.want))),
			}, texts(got.Outputs[0]))
		})
	}
}
