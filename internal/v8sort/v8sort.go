// Package v8sort sorts as V8, the engine of Node.js, does: it asks the comparing function the same questions in the same order, so
// that a function that contradicts itself gives the same result too. The algorithms are those that are published: Tim Peters' list sort
// for arrays (https://github.com/python/cpython/blob/main/Objects/listsort.txt), a merge sort for typed arrays.
package v8sort

import "slices"

// Array sorts s as Array.prototype.sort does, stably and in place. compare is negative where a comes before b. Its answers may be
// of any kind: the sort always ends, after at most about n log n questions.
func Array[E any](s []E, compare func(a, b E) float64) {
	if len(s) < 2 {
		return
	}
	t := sorter[E]{s: s, compare: compare, minGallop: minGallop}
	shortest := shortestRun(len(s))
	for from := 0; from < len(s); {
		n := t.run(s[from:])
		if n < shortest {
			forced := min(shortest, len(s)-from)
			t.insert(s[from:from+forced], n)
			n = forced
		}
		t.runs = append(t.runs, run{from, n})
		t.collapse()
		from += n
	}
	t.collapseAll()
}

// minGallop is after how many elements in a row from the same side a merge looks ahead.
const minGallop = 7

type sorter[E any] struct {
	s         []E
	compare   func(a, b E) float64
	runs      []run // not merged yet, each right of the one before
	minGallop int
	kept      []E
}

// run is a part that is in order.
type run struct{ from, n int }

// shortestRun is the length under which a run is made longer by insertion: from 32 to 64 for n elements, so that their number is a power
// of two or a little less.
func shortestRun(n int) int {
	rest := 0
	for n >= 64 {
		rest |= n & 1
		n >>= 1
	}
	return n + rest
}

func (t *sorter[E]) before(a, b E) bool { return t.compare(a, b) < 0 }

// run returns how many elements at the beginning are in order, after it has reversed them if they were descending.
func (t *sorter[E]) run(s []E) int {
	if len(s) < 2 {
		return len(s)
	}
	descending := t.before(s[1], s[0])
	n := 2
	for n < len(s) && t.before(s[n], s[n-1]) == descending {
		n++
	}
	if descending {
		slices.Reverse(s[:n])
	}
	return n
}

// insert sorts s, of which the first n are in order.
func (t *sorter[E]) insert(s []E, n int) {
	for ; n < len(s); n++ {
		pivot := s[n]
		left, right := 0, n
		for left < right {
			if middle := left + (right-left)>>1; t.before(pivot, s[middle]) {
				right = middle
			} else {
				left = middle + 1
			}
		}
		copy(s[left+1:n+1], s[left:n])
		s[left] = pivot
	}
}

// collapse merges runs until the lengths of those that are left fall: each is more than the two after it together.
func (t *sorter[E]) collapse() {
	for len(t.runs) > 1 {
		i := len(t.runs) - 2
		switch {
		case !t.falling(i+1) || !t.falling(i):
			if t.runs[i-1].n < t.runs[i+1].n {
				i--
			}
		case t.runs[i].n > t.runs[i+1].n:
			return
		}
		t.merge(i)
	}
}

func (t *sorter[E]) falling(i int) bool {
	return i < 2 || t.runs[i-2].n > t.runs[i-1].n+t.runs[i].n
}

func (t *sorter[E]) collapseAll() {
	for len(t.runs) > 1 {
		i := len(t.runs) - 2
		if i > 0 && t.runs[i-1].n < t.runs[i+1].n {
			i--
		}
		t.merge(i)
	}
}

// merge makes one run of two that are neighbours.
func (t *sorter[E]) merge(i int) {
	a, b := t.runs[i], t.runs[i+1]
	t.runs[i].n += b.n
	t.runs = slices.Delete(t.runs, i+1, i+2)
	// What of a comes before all of b stays, and what of b comes after all of a.
	k := t.gallopRight(t.s[b.from], t.s[a.from:a.from+a.n], 0)
	a.from, a.n = a.from+k, a.n-k
	if a.n == 0 {
		return
	}
	b.n = t.gallopLeft(t.s[a.from+a.n-1], t.s[b.from:b.from+b.n], b.n-1)
	switch {
	case b.n == 0:
	case a.n <= b.n:
		t.mergeLow(a, b)
	default:
		t.mergeHigh(a, b)
	}
}

// gallopLeft returns how many elements of s, which is in order, come before key; it looks near hint first.
func (t *sorter[E]) gallopLeft(key E, s []E, hint int) int {
	last, at := 0, 1
	if t.before(s[hint], key) {
		most := len(s) - hint
		for at < most && t.before(s[hint+at], key) {
			last, at = at, at<<1+1
		}
		last, at = last+hint, min(at, most)+hint
	} else {
		most := hint + 1
		for at < most && !t.before(s[hint-at], key) {
			last, at = at, at<<1+1
		}
		last, at = hint-min(at, most), hint-last
	}
	for last++; last < at; {
		if middle := last + (at-last)>>1; t.before(s[middle], key) {
			last = middle + 1
		} else {
			at = middle
		}
	}
	return at
}

// gallopRight returns how many elements of s, which is in order, do not come after key; it looks near hint first.
func (t *sorter[E]) gallopRight(key E, s []E, hint int) int {
	last, at := 0, 1
	if t.before(key, s[hint]) {
		most := hint + 1
		for at < most && t.before(key, s[hint-at]) {
			last, at = at, at<<1+1
		}
		last, at = hint-min(at, most), hint-last
	} else {
		most := len(s) - hint
		for at < most && !t.before(key, s[hint+at]) {
			last, at = at, at<<1+1
		}
		last, at = last+hint, min(at, most)+hint
	}
	for last++; last < at; {
		if middle := last + (at-last)>>1; t.before(key, s[middle]) {
			at = middle
		} else {
			last = middle + 1
		}
	}
	return at
}

// keep copies elements to where a merge does not overwrite them.
func (t *sorter[E]) keep(s []E) []E {
	t.kept = append(t.kept[:0], s...)
	return t.kept
}

// mergeLow merges two neighbours from the left: the first of b comes before all of a, the last of a after all of b. It takes from both
// in turn, and whole stretches at once while one side gives many.
func (t *sorter[E]) mergeLow(a, b run) {
	s, left := t.s, t.keep(t.s[a.from:a.from+a.n])
	l, to, right, end := 0, a.from, b.from, b.from+b.n
	takeLeft := func(n int) {
		copy(s[to:], left[l:l+n])
		to, l = to+n, l+n
	}
	takeRight := func(n int) {
		copy(s[to:], s[right:right+n])
		to, right = to+n, right+n
	}
	takeRight(1)
	ahead := t.minGallop
merge:
	for right < end && len(left)-l > 1 {
		fromLeft, fromRight := 0, 0
		for fromLeft < ahead && fromRight < ahead {
			if t.before(s[right], left[l]) {
				takeRight(1)
				fromLeft, fromRight = 0, fromRight+1
			} else {
				takeLeft(1)
				fromLeft, fromRight = fromLeft+1, 0
			}
			if right == end || len(left)-l == 1 {
				break merge
			}
		}
		ahead++
		for again := true; again; again = fromLeft >= minGallop || fromRight >= minGallop {
			ahead = max(1, ahead-1)
			t.minGallop = ahead
			fromLeft = t.gallopRight(s[right], left[l:], 0)
			if takeLeft(fromLeft); len(left)-l <= 1 {
				break merge
			}
			if takeRight(1); right == end {
				break merge
			}
			fromRight = t.gallopLeft(left[l], s[right:end], 0)
			if takeRight(fromRight); right == end {
				break merge
			}
			if takeLeft(1); len(left)-l == 1 {
				break merge
			}
		}
		ahead++
		t.minGallop = ahead
	}
	takeRight(end - right)
	takeLeft(len(left) - l)
}

// mergeHigh is mergeLow from the right.
func (t *sorter[E]) mergeHigh(a, b run) {
	s, right := t.s, t.keep(t.s[b.from:b.from+b.n])
	to, left := b.from+b.n, s[a.from:a.from+a.n]
	takeLeft := func(n int) {
		rest := len(left) - n
		copy(s[to-n:to], left[rest:])
		to, left = to-n, left[:rest]
	}
	takeRight := func(n int) {
		rest := len(right) - n
		copy(s[to-n:to], right[rest:])
		to, right = to-n, right[:rest]
	}
	lastOf := func(list []E) E { return list[len(list)-1] }
	takeLeft(1)
	ahead := t.minGallop
merge:
	for len(left) > 0 && len(right) > 1 {
		fromLeft, fromRight := 0, 0
		for fromLeft < ahead && fromRight < ahead {
			if t.before(lastOf(right), lastOf(left)) {
				takeLeft(1)
				fromLeft, fromRight = fromLeft+1, 0
			} else {
				takeRight(1)
				fromLeft, fromRight = 0, fromRight+1
			}
			if len(left) == 0 || len(right) == 1 {
				break merge
			}
		}
		ahead++
		for again := true; again; again = fromLeft >= minGallop || fromRight >= minGallop {
			ahead = max(1, ahead-1)
			t.minGallop = ahead
			fromLeft = len(left) - t.gallopRight(lastOf(right), left, len(left)-1)
			if takeLeft(fromLeft); len(left) == 0 {
				break merge
			}
			if takeRight(1); len(right) == 1 {
				break merge
			}
			fromRight = len(right) - t.gallopLeft(lastOf(left), right, len(right)-1)
			if takeRight(fromRight); len(right) <= 1 {
				break merge
			}
			if takeLeft(1); len(left) == 0 {
				break merge
			}
		}
		ahead++
		t.minGallop = ahead
	}
	takeLeft(len(left))
	takeRight(len(right))
}

// TypedArray sorts s as the sort method of typed arrays does, stably and in place.
func TypedArray[E any](s []E, compare func(a, b E) float64) {
	if len(s) > 1 {
		halves(slices.Clone(s), s, compare)
	}
}

// halves sorts from, which is a copy of to, into to.
func halves[E any](from, to []E, compare func(a, b E) float64) {
	middle := len(from) / 2
	if middle > 1 {
		halves(to[:middle], from[:middle], compare)
	}
	if len(from)-middle > 1 {
		halves(to[middle:], from[middle:], compare)
	}
	left, right := from[:middle], from[middle:]
	for i := range to {
		if len(right) == 0 || len(left) > 0 && compare(left[0], right[0]) <= 0 {
			to[i], left = left[0], left[1:]
		} else {
			to[i], right = right[0], right[1:]
		}
	}
}
