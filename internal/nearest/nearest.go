// Package nearest finds what a person may have meant by a name that is not known.
package nearest

import (
	"fmt"
	"strings"
)

// What is compared: people type no longer names, and don't choose from more. Beyond that it would cost too much.
const (
	maxLength = 64 // bytes of a name
	maxKnown  = 1000
)

// To returns the known name that is nearest to the given one; ok is false when none is near: when more than a third of its
// letters would have to be inserted, deleted, replaced, or swapped with the next. Upper and lower case and space around a
// name do not count. Of several the first wins. Names of more than 64 bytes are near to nothing, and nothing is looked
// for among more than 1000.
func To(name string, known []string) (best string, ok bool) {
	if len(name) > maxLength || len(known) > maxKnown {
		return "", false
	}
	name = fold(name)
	least := len(name)/3 + 1
	for _, k := range known {
		if len(k) > maxLength {
			continue
		}
		folded := fold(k)
		if abs(len(folded)-len(name)) >= least {
			continue
		}
		if d := distance(name, folded); d < least {
			best, least, ok = k, d, true
		}
	}
	return best, ok
}

// Hint is `did you mean "X"?` for the known name that is nearest; empty when none is near.
func Hint(name string, known []string) string {
	best, ok := To(name, known)
	if !ok {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", best)
}

// HintOr is Hint, or otherwise when no name is near.
func HintOr(name string, known []string, otherwise string) string {
	if hint := Hint(name, known); hint != "" {
		return hint
	}
	return otherwise
}

func fold(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

func abs(n int) int { return max(n, -n) }

// distance is the number of letters to insert, delete, replace, or swap with the next, to make b of a.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, last, row = last, row, before
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
