package image

import (
	"slices"

	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/schemas"
)

func editImageDefinition() node.Definition {
	return node.Definition{
		Types:       []string{"n8n-nodes-base.editImage"},
		Versions:    []float64{1, 1.1},
		Name:        "editImage",
		DisplayName: "Edit Image",
		Description: "Changes pictures, and tells what they are",
		Group:       []string{"transform"},
		DefaultName: "Edit Image",
		Inputs:      []string{"main"},
		Outputs:     []string{"main"},
		Properties:  editImageProperties(),
	}
}

func editImageProperties() []schemas.Property {
	return slices.Concat([]schemas.Property{
		{
			DisplayName: "Operation", Name: "operation", Type: schemas.Options, Default: "border", NoDataExpression: true,
			Options: []schemas.Option{
				{Name: "Blur", Value: "blur", Action: "Blur Image", Description: "Make the picture less sharp"},
				{Name: "Border", Value: "border", Action: "Border Image", Description: "Put a border around the picture"},
				{Name: "Composite", Value: "composite", Action: "Composite Image", Description: "Put another picture on the picture"},
				{Name: "Create", Value: "create", Action: "Create Image", Description: "Make a new picture"},
				{Name: "Crop", Value: "crop", Action: "Crop Image", Description: "Cut a part out of the picture"},
				{Name: "Draw", Value: "draw", Action: "Draw Image", Description: "Draw a line, a circle or a rectangle"},
				{Name: "Get Information", Value: "information", Description: "Tell what the picture is"},
				{Name: "Multi Step", Value: "multiStep", Description: "Do several things one after the other"},
				{Name: "Resize", Value: "resize", Action: "Resize Image", Description: "Make the picture larger or smaller"},
				{Name: "Rotate", Value: "rotate", Action: "Rotate Image", Description: "Turn the picture"},
				{Name: "Shear", Value: "shear", Action: "Shear Image", Description: "Slant the picture"},
				{Name: "Text", Value: "text", Action: "Apply Text to Image", Description: "Write a text on the picture"},
				{Name: "Transparent", Value: "transparent", Action: "Add Transparency to Image", Description: "Make a colour transparent"},
			},
		},
		{
			DisplayName: "Property Name", Name: "dataPropertyName", Type: schemas.String, Default: "data",
			Description: "The name of the file in the item",
		},
		{
			DisplayName: "Operations", Name: "operations", Type: schemas.FixedCollection, Default: map[string]any{},
			TypeOptions:    map[string]any{"multipleValues": true, "sortable": true},
			DisplayOptions: schemas.Show("operation", "multiStep"),
			Groups: []schemas.Group{
				{Name: "operations", DisplayName: "Operations", Values: slices.Concat([]schemas.Property{
					{
						DisplayName: "Operation", Name: "operation", Type: schemas.Options, Default: "", NoDataExpression: true,
						Options: []schemas.Option{
							{Name: "Blur", Value: "blur", Action: "Blur Image", Description: "Make the picture less sharp"},
							{Name: "Border", Value: "border", Action: "Border Image", Description: "Put a border around the picture"},
							{Name: "Composite", Value: "composite", Action: "Composite Image", Description: "Put another picture on the picture"},
							{Name: "Create", Value: "create", Action: "Create Image", Description: "Make a new picture"},
							{Name: "Crop", Value: "crop", Action: "Crop Image", Description: "Cut a part out of the picture"},
							{Name: "Draw", Value: "draw", Action: "Draw Image", Description: "Draw a line, a circle or a rectangle"},
							{Name: "Rotate", Value: "rotate", Action: "Rotate Image", Description: "Turn the picture"},
							{Name: "Resize", Value: "resize", Action: "Resize Image", Description: "Make the picture larger or smaller"},
							{Name: "Shear", Value: "shear", Action: "Shear Image", Description: "Slant the picture"},
							{Name: "Text", Value: "text", Action: "Apply Text to Image", Description: "Write a text on the picture"},
							{Name: "Transparent", Value: "transparent", Action: "Add Transparency to Image", Description: "Make a colour transparent"},
						},
					},
				}, stepProperties(), []schemas.Property{
					{
						DisplayName: "Font Name or ID", Name: "font", Type: schemas.Options, Default: "",
						TypeOptions:    map[string]any{"loadOptionsMethod": "getFonts"},
						DisplayOptions: schemas.Show("operation", "text"),
						Description:    "The font of the text",
					},
				})},
			},
			Description: "What is done, one after the other",
			Placeholder: "Add Operation",
		},
	}, stepProperties(), []schemas.Property{
		{
			DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{},
			DisplayOptions: (&schemas.DisplayOptions{}).AndNot("operation", "information"),
			Fields: []schemas.Property{
				{
					DisplayName: "Destination Output Field", Name: "destinationKey", Type: schemas.String, Default: "data",
					Description: "The name of the file that is put out",
					Placeholder: "e.g image",
				},
				{
					DisplayName: "File Name", Name: "fileName", Type: schemas.String, Default: "",
					Description: "The name that the file has",
				},
				{
					DisplayName: "Font Name or ID", Name: "font", Type: schemas.Options, Default: "",
					TypeOptions:    map[string]any{"loadOptionsMethod": "getFonts"},
					DisplayOptions: schemas.Show("/operation", "text"),
					Description:    "The font of the text",
				},
				{
					DisplayName: "Format", Name: "format", Type: schemas.Options, Default: "jpeg",
					Options: []schemas.Option{
						{Name: "bmp", Value: "bmp"},
						{Name: "gif", Value: "gif"},
						{Name: "jpeg", Value: "jpeg"},
						{Name: "png", Value: "png"},
						{Name: "tiff", Value: "tiff"},
						{Name: "WebP", Value: "webp"},
					},
					Description: "The format of the file that is put out",
				},
				{
					DisplayName: "Quality", Name: "quality", Type: schemas.Number, Default: 100,
					TypeOptions:    map[string]any{"minValue": 0, "maxValue": 100},
					DisplayOptions: schemas.Show("format", "jpeg", "png", "tiff"),
					Description:    "How good JPEG, PNG and TIFF files are, 0 to 100",
				},
			},
			Placeholder: "Add option",
		},
	})
}

// stepProperties are those of what can be done, alone or as a step among several.
func stepProperties() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Background Color", Name: "backgroundColor", Type: schemas.Color, Default: "#ffffff00",
			TypeOptions:    map[string]any{"showAlpha": true},
			DisplayOptions: schemas.Show("operation", "create"),
			Description:    "The colour of what is empty",
		},
		{
			DisplayName: "Image Width", Name: "width", Type: schemas.Number, Default: 50,
			TypeOptions:    map[string]any{"minValue": 1},
			DisplayOptions: schemas.Show("operation", "create"),
			Description:    "The width in pixels",
		},
		{
			DisplayName: "Image Height", Name: "height", Type: schemas.Number, Default: 50,
			TypeOptions:    map[string]any{"minValue": 1},
			DisplayOptions: schemas.Show("operation", "create"),
			Description:    "The height in pixels",
		},
		{
			DisplayName: "Primitive", Name: "primitive", Type: schemas.Options, Default: "rectangle",
			DisplayOptions: schemas.Show("operation", "draw"),
			Options: []schemas.Option{
				{Name: "Circle", Value: "circle"},
				{Name: "Line", Value: "line"},
				{Name: "Rectangle", Value: "rectangle"},
			},
			Description: "What is drawn",
		},
		{
			DisplayName: "Color", Name: "color", Type: schemas.Color, Default: "#ff000000",
			TypeOptions:    map[string]any{"showAlpha": true},
			DisplayOptions: schemas.Show("operation", "draw"),
			Description:    "The colour that is drawn, or made transparent",
		},
		{
			DisplayName: "Start Position X", Name: "startPositionX", Type: schemas.Number, Default: 50,
			DisplayOptions: schemas.Show("operation", "draw").And("primitive", "circle", "line", "rectangle"),
			Description:    "Where it starts, along X",
		},
		{
			DisplayName: "Start Position Y", Name: "startPositionY", Type: schemas.Number, Default: 50,
			DisplayOptions: schemas.Show("operation", "draw").And("primitive", "circle", "line", "rectangle"),
			Description:    "Where it starts, along Y",
		},
		{
			DisplayName: "End Position X", Name: "endPositionX", Type: schemas.Number, Default: 250,
			DisplayOptions: schemas.Show("operation", "draw").And("primitive", "circle", "line", "rectangle"),
			Description:    "Where it ends, along X",
		},
		{
			DisplayName: "End Position Y", Name: "endPositionY", Type: schemas.Number, Default: 250,
			DisplayOptions: schemas.Show("operation", "draw").And("primitive", "circle", "line", "rectangle"),
			Description:    "Where it ends, along Y",
		},
		{
			DisplayName: "Corner Radius", Name: "cornerRadius", Type: schemas.Number, Default: 0,
			DisplayOptions: schemas.Show("operation", "draw").And("primitive", "rectangle"),
			Description:    "How round the corners are",
		},
		{
			DisplayName: "Text", Name: "text", Type: schemas.String, Default: "",
			TypeOptions:    map[string]any{"rows": 5},
			DisplayOptions: schemas.Show("operation", "text"),
			Description:    "The text to write",
			Placeholder:    "Text to render",
		},
		{
			DisplayName: "Font Size", Name: "fontSize", Type: schemas.Number, Default: 18,
			DisplayOptions: schemas.Show("operation", "text"),
			Description:    "How large the letters are",
		},
		{
			DisplayName: "Font Color", Name: "fontColor", Type: schemas.Color, Default: "#000000",
			DisplayOptions: schemas.Show("operation", "text"),
			Description:    "The colour of the text",
		},
		{
			DisplayName: "Position X", Name: "positionX", Type: schemas.Number, Default: 50,
			DisplayOptions: schemas.Show("operation", "text"),
			Description:    "The place along X",
		},
		{
			DisplayName: "Position Y", Name: "positionY", Type: schemas.Number, Default: 50,
			DisplayOptions: schemas.Show("operation", "text"),
			Description:    "The place along Y",
		},
		{
			DisplayName: "Horizontal Alignment", Name: "horizontalAlignment", Type: schemas.Options, Default: "center",
			DisplayOptions: schemas.Show("operation", "text").And("@version", schemas.Cnd("gte", 1.1)),
			Options: []schemas.Option{
				{Name: "Left", Value: "west"},
				{Name: "Center", Value: "center"},
				{Name: "Right", Value: "east"},
			},
			Description: "Where the text stands along X",
		},
		{
			DisplayName: "Vertical Alignment", Name: "verticalAlignment", Type: schemas.Options, Default: "middle",
			DisplayOptions: schemas.Show("operation", "text").And("@version", schemas.Cnd("gte", 1.1)),
			Options: []schemas.Option{
				{Name: "Top", Value: "north"},
				{Name: "Middle", Value: "middle"},
				{Name: "Bottom", Value: "south"},
			},
			Description: "Where the text stands along Y",
		},
		{
			DisplayName: "Max Line Length", Name: "lineLength", Type: schemas.Number, Default: 80,
			TypeOptions:    map[string]any{"minValue": 1},
			DisplayOptions: schemas.Show("operation", "text"),
			Description:    "How many characters a line has at most",
		},
		{
			DisplayName: "Blur", Name: "blur", Type: schemas.Number, Default: 5,
			TypeOptions:    map[string]any{"minValue": 0, "maxValue": 1000},
			DisplayOptions: schemas.Show("operation", "blur"),
			Description:    "How far the blur reaches, in pixels",
		},
		{
			DisplayName: "Sigma", Name: "sigma", Type: schemas.Number, Default: 2,
			TypeOptions:    map[string]any{"minValue": 0, "maxValue": 1000},
			DisplayOptions: schemas.Show("operation", "blur"),
			Description:    "How strong the blur is",
		},
		{
			DisplayName: "Border Width", Name: "borderWidth", Type: schemas.Number, Default: 10,
			DisplayOptions: schemas.Show("operation", "border"),
			Description:    "How wide the border is",
		},
		{
			DisplayName: "Border Height", Name: "borderHeight", Type: schemas.Number, Default: 10,
			DisplayOptions: schemas.Show("operation", "border"),
			Description:    "How high the border is",
		},
		{
			DisplayName: "Border Color", Name: "borderColor", Type: schemas.Color, Default: "#000000",
			DisplayOptions: schemas.Show("operation", "border"),
			Description:    "The colour of the border",
		},
		{
			DisplayName: "Composite Image Property", Name: "dataPropertyNameComposite", Type: schemas.String, Default: "",
			DisplayOptions: schemas.Show("operation", "composite"),
			Description:    "The name of the file in the item that is put on the picture",
			Placeholder:    "data2",
		},
		{
			DisplayName: "Operator", Name: "operator", Type: schemas.Options, Default: "Over",
			DisplayOptions: schemas.Show("operation", "composite"),
			Options: []schemas.Option{
				{Name: "Add", Value: "Add"},
				{Name: "Atop", Value: "Atop"},
				{Name: "Bumpmap", Value: "Bumpmap"},
				{Name: "Copy", Value: "Copy"},
				{Name: "Copy Black", Value: "CopyBlack"},
				{Name: "Copy Blue", Value: "CopyBlue"},
				{Name: "Copy Cyan", Value: "CopyCyan"},
				{Name: "Copy Green", Value: "CopyGreen"},
				{Name: "Copy Magenta", Value: "CopyMagenta"},
				{Name: "Copy Opacity", Value: "CopyOpacity"},
				{Name: "Copy Red", Value: "CopyRed"},
				{Name: "Copy Yellow", Value: "CopyYellow"},
				{Name: "Difference", Value: "Difference"},
				{Name: "Divide", Value: "Divide"},
				{Name: "In", Value: "In"},
				{Name: "Minus", Value: "Minus"},
				{Name: "Multiply", Value: "Multiply"},
				{Name: "Out", Value: "Out"},
				{Name: "Over", Value: "Over"},
				{Name: "Plus", Value: "Plus"},
				{Name: "Subtract", Value: "Subtract"},
				{Name: "Xor", Value: "Xor"},
			},
			Description: "How the pictures are put together",
		},
		{
			DisplayName: "Position X", Name: "positionX", Type: schemas.Number, Default: 0,
			DisplayOptions: schemas.Show("operation", "composite"),
			Description:    "The place along X",
		},
		{
			DisplayName: "Position Y", Name: "positionY", Type: schemas.Number, Default: 0,
			DisplayOptions: schemas.Show("operation", "composite"),
			Description:    "The place along Y",
		},
		{
			DisplayName: "Width", Name: "width", Type: schemas.Number, Default: 500,
			DisplayOptions: schemas.Show("operation", "crop"),
			Description:    "The width in pixels",
		},
		{
			DisplayName: "Height", Name: "height", Type: schemas.Number, Default: 500,
			DisplayOptions: schemas.Show("operation", "crop"),
			Description:    "The height in pixels",
		},
		{
			DisplayName: "Position X", Name: "positionX", Type: schemas.Number, Default: 0,
			DisplayOptions: schemas.Show("operation", "crop"),
			Description:    "The place along X",
		},
		{
			DisplayName: "Position Y", Name: "positionY", Type: schemas.Number, Default: 0,
			DisplayOptions: schemas.Show("operation", "crop"),
			Description:    "The place along Y",
		},
		{
			DisplayName: "Width", Name: "width", Type: schemas.Number, Default: 500,
			DisplayOptions: schemas.Show("operation", "resize"),
			Description:    "The width in pixels",
		},
		{
			DisplayName: "Height", Name: "height", Type: schemas.Number, Default: 500,
			DisplayOptions: schemas.Show("operation", "resize"),
			Description:    "The height in pixels",
		},
		{
			DisplayName: "Option", Name: "resizeOption", Type: schemas.Options, Default: "maximumArea",
			DisplayOptions: schemas.Show("operation", "resize"),
			Options: []schemas.Option{
				{Name: "Ignore Aspect Ratio", Value: "ignoreAspectRatio", Description: "Exactly that width and height"},
				{Name: "Maximum Area", Value: "maximumArea", Description: "At most the area of that width and height"},
				{Name: "Minimum Area", Value: "minimumArea", Description: "At least that width and height"},
				{Name: "Only if Larger", Value: "onlyIfLarger", Description: "Only if the picture is larger than that"},
				{Name: "Only if Smaller", Value: "onlyIfSmaller", Description: "Only if the picture is smaller than that"},
				{Name: "Percent", Value: "percent", Description: "The width and the height in per cent"},
			},
			Description: "How the size is meant",
		},
		{
			DisplayName: "Rotate", Name: "rotate", Type: schemas.Number, Default: 0,
			TypeOptions:    map[string]any{"minValue": -360, "maxValue": 360},
			DisplayOptions: schemas.Show("operation", "rotate"),
			Description:    "By how many degrees, clockwise",
		},
		{
			DisplayName: "Background Color", Name: "backgroundColor", Type: schemas.Color, Default: "#ffffffff",
			TypeOptions:    map[string]any{"showAlpha": true},
			DisplayOptions: schemas.Show("operation", "rotate"),
			Description:    "The colour of what is empty",
		},
		{
			DisplayName: "Degrees X", Name: "degreesX", Type: schemas.Number, Default: 0,
			DisplayOptions: schemas.Show("operation", "shear"),
			Description:    "By how many degrees along X",
		},
		{
			DisplayName: "Degrees Y", Name: "degreesY", Type: schemas.Number, Default: 0,
			DisplayOptions: schemas.Show("operation", "shear"),
			Description:    "By how many degrees along Y",
		},
		{
			DisplayName: "Color", Name: "color", Type: schemas.Color, Default: "#ff0000",
			DisplayOptions: schemas.Show("operation", "transparent"),
			Description:    "The colour that is drawn, or made transparent",
		},
	}
}
