package markup

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func markdownDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.markdown"},
		Versions:    []float64{1},
		Name:        "markdown",
		DisplayName: "Markdown",
		Description: "Makes HTML of Markdown, and Markdown of HTML",
		Group:       []string{"output"},
		Subtitle:    `={{$parameter["mode"]==="markdownToHtml" ? "Markdown to HTML" : "HTML to Markdown"}}`,
		DefaultName: "Markdown",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Credentials: []node.CredentialUse{},
		Properties:  markdownProperties(),
	}
}

func markdownProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Mode", Name: "mode", Type: schemas.Options, Default: "htmlToMarkdown",
			Options: []schemas.Option{
				{Name: "Markdown to HTML", Value: "markdownToHtml", Description: "Make HTML of Markdown"},
				{Name: "HTML to Markdown", Value: "htmlToMarkdown", Description: "Make Markdown of HTML"},
			},
		},
		{
			DisplayName: "HTML", Name: "html", Type: schemas.String, Default: "", Required: true,
			DisplayOptions: schemas.Show("mode", "htmlToMarkdown"),
			Description:    "The HTML to convert",
		},
		{
			DisplayName: "Markdown", Name: "markdown", Type: schemas.String, Default: "", Required: true,
			DisplayOptions: schemas.Show("mode", "markdownToHtml"),
			Description:    "The Markdown to convert",
		},
		{
			DisplayName: "Destination Key", Name: "destinationKey", Type: schemas.String, Default: "data", Required: true,
			DisplayOptions: schemas.Show("mode", "markdownToHtml", "htmlToMarkdown"),
			Description:    `The field for the result; dots lead into objects, as in "level1.level2.newKey"`,
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("mode", "htmlToMarkdown"),
			Fields: []schemas.Property{
				{
					DisplayName: "Bullet Marker", Name: "bulletMarker", Type: schemas.String, Default: "*",
					Description: "What begins the items of lists",
				},
				{
					DisplayName: "Code Block Fence", Name: "codeFence", Type: schemas.String, Default: "```",
					Description: "What begins and ends blocks of code",
				},
				{
					DisplayName: "Emphasis Delimiter", Name: "emDelimiter", Type: schemas.String, Default: "_",
					Description: "What stands around emphasised text",
				},
				{
					DisplayName: "Global Escape Pattern", Name: "globalEscape", Type: schemas.FixedCollection, Default: map[string]any{},
					TypeOptions: map[string]any{"multipleValues": false},
					Groups:      patternGroup("value", "Value"),
					Description: "What is escaped everywhere, in place of the default; to replace text, take Text Replacement Pattern",
				},
				{
					DisplayName: "Ignored Elements", Name: "ignore", Type: schemas.String, Default: "",
					Description: "Elements that are left out with all that is in them",
					Hint:        "Separated by commas",
					Placeholder: "e.g. h1, p ...",
				},
				{
					DisplayName: "Keep Images With Data", Name: "keepDataImages", Type: schemas.Boolean, Default: false,
					Description: "Whether images with data: URIs are kept; they can be large",
				},
				{
					DisplayName: "Line Start Escape Pattern", Name: "lineStartEscape", Type: schemas.FixedCollection, Default: map[string]any{},
					TypeOptions: map[string]any{"multipleValues": false},
					Groups:      patternGroup("value", "Value"),
					Description: "What is escaped at the beginning of lines, in place of the default; to replace text, take Text Replacement Pattern",
				},
				{
					DisplayName: "Max Consecutive New Lines", Name: "maxConsecutiveNewlines", Type: schemas.Number, Default: 3,
					Description: "How many line ends may follow each other",
				},
				{
					DisplayName: "Place URLs At The Bottom", Name: "useLinkReferenceDefinitions", Type: schemas.Boolean, Default: false,
					Description: "Whether links are numbered, with their addresses at the end",
				},
				{
					DisplayName: "Strong Delimiter", Name: "strongDelimiter", Type: schemas.String, Default: "**",
					Description: "What stands around strong text",
				},
				{
					DisplayName: "Style For Code Block", Name: "codeBlockStyle", Type: schemas.Options, Default: "fence",
					Options: []schemas.Option{
						{Name: "Fence", Value: "fence"},
						{Name: "Indented", Value: "indented"},
					},
					Description: "How blocks of code are marked",
				},
				{
					DisplayName: "Text Replacement Pattern", Name: "textReplace", Type: schemas.FixedCollection, Default: []any{},
					TypeOptions: map[string]any{"multipleValues": true},
					Groups:      patternGroup("values", "Values"),
					Description: "What is replaced in the text of elements",
				},
				{
					DisplayName: "Treat As Blocks", Name: "blockElements", Type: schemas.String, Default: "",
					Description: "Elements that stand apart, with empty lines around them",
					Hint:        "Separated by commas",
					Placeholder: "e.g. p, div, ...",
				},
			},
			Placeholder: "Add option",
		},
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: schemas.Show("mode", "markdownToHtml"),
			Fields: []schemas.Property{
				{
					DisplayName: "Add Blank To Links", Name: "openLinksInNewWindow", Type: schemas.Boolean, Default: false,
					Description: `Whether links open in a new window, by target="_blank"`,
				},
				{
					DisplayName: "Automatic Linking to URLs", Name: "simplifiedAutoLink", Type: schemas.Boolean, Default: false,
					Description: "Whether addresses in the text become links",
				},
				{
					DisplayName: "Backslash Escapes HTML Tags", Name: "backslashEscapesHTMLTags", Type: schemas.Boolean, Default: false,
					Description: "Whether a backslash before a tag makes it text",
				},
				{
					DisplayName: "Complete HTML Document", Name: "completeHTMLDocument", Type: schemas.Boolean, Default: false,
					Description: "Whether a whole HTML document comes out, not a part of one",
				},
				{
					DisplayName: "Customized Header ID", Name: "customizedHeaderId", Type: schemas.Boolean, Default: false,
					Description: "Whether text in braces behind a heading is its id",
				},
				{
					DisplayName: "Emoji Support", Name: "emoji", Type: schemas.Boolean, Default: false,
					Description: "Whether names like :smile: become emojis",
				},
				{
					DisplayName: "Encode Emails", Name: "encodeEmails", Type: schemas.Boolean, Default: true,
					Description: "Whether mail addresses are written as character references",
				},
				{
					DisplayName: "Exclude Trailing Punctuation From URLs", Name: "excludeTrailingPunctuationFromURLs", Type: schemas.Boolean, Default: false,
					Description: "Whether punctuation at the end of an address does not belong to the link; for Automatic Linking to URLs",
				},
				{
					DisplayName: "GitHub Code Blocks", Name: "ghCodeBlocks", Type: schemas.Boolean, Default: true,
					Description: "Whether blocks of code between ``` are read",
				},
				{
					DisplayName: "GitHub Compatible Header IDs", Name: "ghCompatibleHeaderId", Type: schemas.Boolean, Default: false,
					Description: "Whether headings have ids as on GitHub",
				},
				{
					DisplayName: "GitHub Mention Link", Name: "ghMentionsLink", Type: schemas.String, Default: "https://github.com/{u}",
					Description: "Where mentions link to; {u} stands for the name. For GitHub Mentions",
				},
				{
					DisplayName: "GitHub Mentions", Name: "ghMentions", Type: schemas.Boolean, Default: false,
					Description: "Whether names like @user become links",
				},
				{
					DisplayName: "GitHub Task Lists", Name: "tasklists", Type: schemas.Boolean, Default: false,
					Description: "Whether lists of tasks have boxes",
				},
				{
					DisplayName: "Header Level Start", Name: "headerLevelStart", Type: schemas.Number, Default: 1,
					Description: "The level of the highest headings",
				},
				{
					DisplayName: "Mandatory Space Before Header", Name: "requireSpaceBeforeHeadingText", Type: schemas.Boolean, Default: false,
					Description: "Whether a space must stand between # and a heading",
				},
				{
					DisplayName: "Middle Word Asterisks", Name: "literalMidWordAsterisks", Type: schemas.Boolean, Default: false,
					Description: "Whether asterisks inside of words are just that",
				},
				{
					DisplayName: "Middle Word Underscores", Name: "literalMidWordUnderscores", Type: schemas.Boolean, Default: false,
					Description: "Whether underscores inside of words are just that",
				},
				{
					DisplayName: "No Header ID", Name: "noHeaderId", Type: schemas.Boolean, Default: false,
					Description: "Whether headings have no ids",
				},
				{
					DisplayName: "Parse Image Dimensions", Name: "parseImgDimensions", Type: schemas.Boolean, Default: false,
					Description: "Whether images can have a width and a height",
				},
				{
					DisplayName: "Prefix Header ID", Name: "prefixHeaderId", Type: schemas.String, Default: "section",
					Description: "What stands before the ids of headings",
				},
				{
					DisplayName: "Raw Header ID", Name: "rawHeaderId", Type: schemas.Boolean, Default: false,
					Description: "Whether only spaces and quotes in the ids of headings are replaced, by dashes",
				},
				{
					DisplayName: "Raw Prefix Header ID", Name: "rawPrefixHeaderId", Type: schemas.Boolean, Default: false,
					Description: "Whether the prefix of ids stays as it is",
				},
				{
					DisplayName: "Simple Line Breaks", Name: "simpleLineBreaks", Type: schemas.Boolean, Default: false,
					Description: "Whether each line end is a <br>",
				},
				{
					DisplayName: "Smart Indentation Fix", Name: "smartIndentationFix", Type: schemas.Boolean, Default: false,
					Description: "Whether the indentation of template strings is taken away",
				},
				{
					DisplayName: "Spaces Indented Sublists", Name: "disableForced4SpacesIndentedSublists", Type: schemas.Boolean, Default: false,
					Description: "Whether two spaces are enough to indent a list inside of a list",
				},
				{
					DisplayName: "Split Adjacent Blockquotes", Name: "splitAdjacentBlockquotes", Type: schemas.Boolean, Default: false,
					Description: "Whether quotes with an empty line between them are two",
				},
				{
					DisplayName: "Strikethrough", Name: "strikethrough", Type: schemas.Boolean, Default: false,
					Description: "Whether ~~text~~ is struck through",
				},
				{
					DisplayName: "Tables Header ID", Name: "tablesHeaderId", Type: schemas.Boolean, Default: false,
					Description: "Whether the heads of tables have ids",
				},
				{
					DisplayName: "Tables Support", Name: "tables", Type: schemas.Boolean, Default: false,
					Description: "Whether tables are read",
				},
			},
			Placeholder: "Add option",
		},
	}
}

// patternGroup is a pattern, and what it becomes.
func patternGroup(name, displayName string) []schemas.Group {
	return []schemas.Group{{Name: name, DisplayName: displayName, Values: []schemas.Property{
		{DisplayName: "Pattern", Name: "pattern", Type: schemas.String, Default: "", Description: "A regular expression"},
		{DisplayName: "Replacement", Name: "replacement", Type: schemas.String, Default: "", Description: "What stands for it"},
	}}}
}
