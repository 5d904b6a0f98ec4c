package v8sort_test

import (
	"bufio"
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/v8sort"
)

// element is what testdata/sorts.js sorts.
type element struct{ key, index int }

func generator(seed int) func(n int) int {
	state := uint32(seed) * 2654435761
	return func(n int) int {
		state = state*1664525 + 1013904223
		return int(state>>8) % n
	}
}

func list(shape string, length, seed int) []element {
	next := generator(seed)
	out := make([]element, length)
	for i := range out {
		key := 0
		switch shape {
		case "random":
			key = next(1000)
		case "few":
			key = next(4)
		case "rising", "falling":
			key = i
			if shape == "falling" {
				key = 1000 - i
			}
			if next(20) == 0 {
				key = next(1000)
			}
		case "blocks":
			key = (i>>5)%3*100 + next(8) + i%32
		}
		out[i] = element{key, i}
	}
	return out
}

func sign(positive bool) float64 {
	if positive {
		return 1
	}
	return -1
}

var compares = map[string]func(a, b element) float64{
	"number":      func(a, b element) float64 { return float64(a.key - b.key) },
	"neverZero":   func(a, b element) float64 { return sign(b.key > a.key) },
	"neverZeroUp": func(a, b element) float64 { return sign(a.key >= b.key) },
	"boolean":     func(a, b element) float64 { return max(sign(a.key > b.key), 0) },
	"never":       func(element, element) float64 { return -1 },
	"always":      func(element, element) float64 { return 1 },
	"equal":       func(element, element) float64 { return 0 },
	"nan":         func(a, b element) float64 { return max(sign(a.key == b.key), 0) },
	"circle":      func(a, b element) float64 { return float64((a.key-b.key+300)%3 - 1) },
	"holes": func(a, b element) float64 {
		if a.key%5 == 0 || b.key%5 == 0 {
			return 0
		}
		return float64(a.key - b.key)
	},
}

// TestV8 sorts what testdata/sorts.js had V8 sort: the same questions in the same order, and the same result.
func TestV8(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/sorts.jsonl")
	require.NoError(t, err)
	defer f.Close()
	sorts := 0
	for s := bufio.NewScanner(f); s.Scan(); {
		var want struct {
			Compare, Shape string
			Seed           int
			Hashes, Typed  []uint32
		}
		require.NoError(t, json.Unmarshal(s.Bytes(), &want))
		length := 0
		for i := range want.Hashes {
			for _, sort := range []struct {
				name string
				sort func([]element, func(a, b element) float64)
				want uint32
			}{{"array", v8sort.Array[element], want.Hashes[i]}, {"typed array", v8sort.TypedArray[element], want.Typed[i]}} {
				hash := uint32(2166136261)
				add := func(x int) { hash = (hash ^ uint32(x)) * 16777619 }
				items := list(want.Shape, length, want.Seed+i)
				sort.sort(items, func(a, b element) float64 {
					add(a.index)
					add(b.index)
					return compares[want.Compare](a, b)
				})
				for _, x := range items {
					add(x.index)
				}
				require.Equal(t, sort.want, hash, "%s of %d, %s by %s", sort.name, length, want.Shape, want.Compare)
				sorts++
			}
			if length < 70 {
				length++
			} else {
				length += 13
			}
		}
	}
	require.Greater(t, sorts, 10_000)
}

// TestEnds sorts with answers at random: whatever they are, the sort ends and loses nothing.
func TestEnds(t *testing.T) {
	t.Parallel()
	for seed := range 200 {
		next := generator(seed)
		items := list("random", next(3000), seed)
		answers := []float64{-1, 0, 1, math.NaN(), math.Inf(-1)}
		v8sort.Array(items, func(element, element) float64 { return answers[next(len(answers))] })
		seen := make([]bool, len(items))
		for _, x := range items {
			require.False(t, seen[x.index])
			seen[x.index] = true
		}
	}
}
