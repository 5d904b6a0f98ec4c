package image

import (
	"slices"

	"github.com/nate-go/nate/internal/forms"
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
	of := func(operation string, form ...schemas.Property) []schemas.Property {
		return forms.Within(schemas.Show("operation", operation), form...)
	}
	return slices.Concat(
		of("create",
			withAlpha(colorField("Background Color", "backgroundColor", "#ffffff00", "The colour of what is empty")),
			with(map[string]any{"minValue": 1}, numberField("Image Width", "width", 50, "The width in pixels")),
			with(map[string]any{"minValue": 1}, numberField("Image Height", "height", 50, "The height in pixels")),
		),
		of("draw", drawForm()...),
		of("text", textForm()...),
		of("blur",
			with(map[string]any{"minValue": 0, "maxValue": 1000}, numberField("Blur", "blur", 5, "How far the blur reaches, in pixels")),
			with(map[string]any{"minValue": 0, "maxValue": 1000}, numberField("Sigma", "sigma", 2, "How strong the blur is")),
		),
		of("border",
			numberField("Border Width", "borderWidth", 10, "How wide the border is"),
			numberField("Border Height", "borderHeight", 10, "How high the border is"),
			colorField("Border Color", "borderColor", "#000000", "The colour of the border"),
		),
		of("composite", append(compositeForm(), positionForm(0)...)...),
		of("crop", append(sizeForm(), positionForm(0)...)...),
		of("resize", append(sizeForm(), resizeOption())...),
		of("rotate",
			with(map[string]any{"minValue": -360, "maxValue": 360}, numberField("Rotate", "rotate", 0, "By how many degrees, clockwise")),
			withAlpha(colorField("Background Color", "backgroundColor", "#ffffffff", "The colour of what is empty")),
		),
		of("shear",
			numberField("Degrees X", "degreesX", 0, "By how many degrees along X"),
			numberField("Degrees Y", "degreesY", 0, "By how many degrees along Y"),
		),
		of("transparent", colorField("Color", "color", "#ff0000", "The colour that is made transparent")),
	)
}

func numberField(displayName, name string, standard int, about string) schemas.Property {
	return schemas.Property{DisplayName: displayName, Name: name, Type: schemas.Number, Default: standard, Description: about}
}

func with(typeOptions map[string]any, p schemas.Property) schemas.Property {
	p.TypeOptions = typeOptions
	return p
}

func colorField(displayName, name, standard, about string) schemas.Property {
	return schemas.Property{DisplayName: displayName, Name: name, Type: schemas.Color, Default: standard, Description: about}
}

func withAlpha(p schemas.Property) schemas.Property {
	return with(map[string]any{"showAlpha": true}, p)
}

func sizeForm() []schemas.Property {
	return []schemas.Property{
		numberField("Width", "width", 500, "The width in pixels"), numberField("Height", "height", 500, "The height in pixels"),
	}
}

func positionForm(standard int) []schemas.Property {
	return []schemas.Property{
		numberField("Position X", "positionX", standard, "The place along X"),
		numberField("Position Y", "positionY", standard, "The place along Y"),
	}
}

func drawForm() []schemas.Property {
	return slices.Concat(
		[]schemas.Property{
			{
				DisplayName: "Primitive", Name: "primitive", Type: schemas.Options, Default: "rectangle",
				Options: []schemas.Option{
					{Name: "Circle", Value: "circle"},
					{Name: "Line", Value: "line"},
					{Name: "Rectangle", Value: "rectangle"},
				},
				Description: "What is drawn",
			},
			withAlpha(colorField("Color", "color", "#ff000000", "The colour that is drawn")),
		},
		forms.If(schemas.Show("primitive", "circle", "line", "rectangle"),
			numberField("Start Position X", "startPositionX", 50, "Where it starts, along X"),
			numberField("Start Position Y", "startPositionY", 50, "Where it starts, along Y"),
			numberField("End Position X", "endPositionX", 250, "Where it ends, along X"),
			numberField("End Position Y", "endPositionY", 250, "Where it ends, along Y"),
		),
		forms.If(schemas.Show("primitive", "rectangle"), numberField("Corner Radius", "cornerRadius", 0, "How round the corners are")),
	)
}

func textForm() []schemas.Property {
	alignment := func(displayName, name, standard, about string, options ...schemas.Option) schemas.Property {
		return schemas.Property{
			DisplayName: displayName, Name: name, Type: schemas.Options, Default: standard, Options: options, Description: about,
			DisplayOptions: schemas.Show("@version", schemas.Cnd("gte", 1.1)),
		}
	}
	return slices.Concat(
		[]schemas.Property{
			{
				DisplayName: "Text", Name: "text", Type: schemas.String, Default: "",
				TypeOptions: map[string]any{"rows": 5},
				Description: "The text to write",
				Placeholder: "Text to render",
			},
			numberField("Font Size", "fontSize", 18, "How large the letters are"),
			colorField("Font Color", "fontColor", "#000000", "The colour of the text"),
		},
		positionForm(50),
		[]schemas.Property{
			alignment("Horizontal Alignment", "horizontalAlignment", "center", "Where the text stands along X",
				schemas.Option{Name: "Left", Value: "west"}, schemas.Option{Name: "Center", Value: "center"}, schemas.Option{Name: "Right", Value: "east"}),
			alignment("Vertical Alignment", "verticalAlignment", "middle", "Where the text stands along Y",
				schemas.Option{Name: "Top", Value: "north"}, schemas.Option{Name: "Middle", Value: "middle"}, schemas.Option{Name: "Bottom", Value: "south"}),
			with(map[string]any{"minValue": 1}, numberField("Max Line Length", "lineLength", 80, "How many characters a line has at most")),
		},
	)
}

func compositeForm() []schemas.Property {
	return []schemas.Property{
		{
			DisplayName: "Composite Image Property", Name: "dataPropertyNameComposite", Type: schemas.String, Default: "",
			Description: "The name of the file in the item that is put on the picture",
			Placeholder: "data2",
		},
		{
			DisplayName: "Operator", Name: "operator", Type: schemas.Options, Default: "Over",
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
	}
}

func resizeOption() schemas.Property {
	return schemas.Property{
		DisplayName: "Option", Name: "resizeOption", Type: schemas.Options, Default: "maximumArea",
		Options: []schemas.Option{
			{Name: "Ignore Aspect Ratio", Value: "ignoreAspectRatio", Description: "Exactly that width and height"},
			{Name: "Maximum Area", Value: "maximumArea", Description: "At most the area of that width and height"},
			{Name: "Minimum Area", Value: "minimumArea", Description: "At least that width and height"},
			{Name: "Only if Larger", Value: "onlyIfLarger", Description: "Only if the picture is larger than that"},
			{Name: "Only if Smaller", Value: "onlyIfSmaller", Description: "Only if the picture is smaller than that"},
			{Name: "Percent", Value: "percent", Description: "The width and the height in per cent"},
		},
		Description: "How the size is meant",
	}
}
