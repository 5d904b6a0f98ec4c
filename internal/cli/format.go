package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

const formatText, formatJSON = "text", "json"

func addFormat(cmd *cobra.Command, format *string) {
	cmd.Flags().StringVar(format, "format", formatText, "text or json")
}

func checkFormat(format string) error {
	if format != formatText && format != formatJSON {
		return fmt.Errorf("--format is text or json, not %q", format)
	}
	return nil
}

// printJSON prints v over several lines.
func printJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}
