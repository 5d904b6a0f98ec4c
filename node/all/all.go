// Package all lists the nodes that nate brings along.
package all

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/core"
	"github.com/nate-go/nate/node/core/files"
	"github.com/nate-go/nate/node/core/httprequest"
	"github.com/nate-go/nate/node/core/markup"
	"github.com/nate-go/nate/node/directus"
)

// All returns every node of nate, for runtime.NewRegistry. The slice is the caller's own.
func All() []node.Node {
	return []node.Node{
		core.NewManualTrigger(),
		core.NewStart(),
		core.NewErrorTrigger(),
		core.NewExecuteWorkflowTrigger(),
		core.NewScheduleTrigger(),
		core.NewCron(),
		core.NewInterval(),
		core.NewNoOp(),
		core.NewStopAndError(),
		core.NewStickyNote(),
		core.NewSet(),
		core.NewSetV1(),
		core.NewCode(),
		core.NewFunction(),
		core.NewFunctionItem(),
		core.NewSplitOut(),
		core.NewAggregate(),
		core.NewSort(),
		core.NewRemoveDuplicatesV1(),
		core.NewRemoveDuplicates(),
		core.NewSummarize(),
		core.NewItemListsV1(),
		core.NewItemListsV2(),
		core.NewItemLists(),
		core.NewRenameKeys(),
		core.NewIfV1(),
		core.NewIf(),
		core.NewFilterV1(),
		core.NewFilter(),
		core.NewSwitchV1(),
		core.NewSwitchV2(),
		core.NewSwitch(),
		core.NewMergeV1(),
		core.NewMergeV2(),
		core.NewMerge(),
		core.NewSplitInBatchesV1(),
		core.NewSplitInBatchesV2(),
		core.NewSplitInBatches(),
		core.NewWait(),
		core.NewLimit(),
		core.NewCryptoV1(),
		core.NewCrypto(),
		core.NewJWT(),
		core.NewTOTP(),
		core.NewWebhook(),
		core.NewFormTriggerV1(),
		core.NewFormTrigger(),
		core.NewRespondToWebhook(),
		httprequest.NewV1(),
		httprequest.NewV2(),
		httprequest.New(),
		files.NewConvertToFile(),
		files.NewExtractFromFile(),
		markup.NewHTML(),
		markup.NewHTMLExtract(),
		markup.NewXML(),
		directus.New(),
		directus.NewOfficial(),
		directus.NewTrigger(),
	}
}
