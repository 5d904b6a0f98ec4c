// Package pdf reads PDF files: their number of pages, what they say about themselves, and the text of their pages, line by line as
// pdf.js (the library that n8n uses) lays it out. It reads damaged files as far as they go, and files that are locked with a password.
//
// Where a character stands on the page decides about spaces and line ends: so fonts' widths, encodings and character maps are read,
// and nothing is drawn.
package pdf
