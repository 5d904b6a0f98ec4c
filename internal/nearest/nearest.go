// Package nearest finds what a person may have meant by a name that is not known.
package nearest

import (
	"fmt"
	"strings"
)

// maxLength is how long a name may be, in bytes, to be compared. Names that people type are shorter; others would cost too much.
const maxLength = 100

// To returns the known name that is nearest to the given one; ok is false when none is near: when more than a third of its
// letters (but at least one) would have to be inserted, deleted or replaced. Upper and lower case and space around a name
// do not count. Of several the first wins.
func To(name string, known []string) (best string, ok bool) {
	name = fold(name)
	if len(name) > maxLength {
		return "", false
	}
	least := max(1, len(name)/3) + 1
	for _, k := range known {
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

func fold(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

func abs(n int) int { return max(n, -n) }

// distance is the number of letters to insert, delete or replace to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
