// Package all lists the nodes that nate brings along.
package all

import (
	"github.com/nate-go/nate/node"
	"github.com/nate-go/nate/node/core"
	"github.com/nate-go/nate/node/core/files"
	"github.com/nate-go/nate/node/core/httprequest"
	"github.com/nate-go/nate/node/core/image"
	"github.com/nate-go/nate/node/core/markup"
	"github.com/nate-go/nate/node/directus"
)

// All returns every node of nate, for runtime.NewRegistry. Each is a node.LazyNode: its definition is made when a workflow uses it. The
// slice is the caller's own.
func All() []node.Node {
	return []node.Node{
		lazy(core.NewManualTrigger, "n8n-nodes-base.manualTrigger"),
		lazy(core.NewStart, "n8n-nodes-base.start"),
		lazy(core.NewErrorTrigger, "n8n-nodes-base.errorTrigger"),
		lazy(core.NewExecuteWorkflowTrigger, "n8n-nodes-base.executeWorkflowTrigger"),
		lazy(core.NewScheduleTrigger, "n8n-nodes-base.scheduleTrigger"),
		lazy(core.NewCron, "n8n-nodes-base.cron"),
		lazy(core.NewInterval, "n8n-nodes-base.interval"),
		lazy(core.NewNoOp, "n8n-nodes-base.noOp"),
		lazy(core.NewStopAndError, "n8n-nodes-base.stopAndError"),
		lazy(core.NewStickyNote, "n8n-nodes-base.stickyNote"),
		lazy(core.NewSet, "n8n-nodes-base.set"),
		lazy(core.NewSetV1, "n8n-nodes-base.set"),
		lazy(core.NewCode, "n8n-nodes-base.code"),
		lazy(core.NewFunction, "n8n-nodes-base.function"),
		lazy(core.NewFunctionItem, "n8n-nodes-base.functionItem"),
		lazy(core.NewSplitOut, "n8n-nodes-base.splitOut"),
		lazy(core.NewAggregate, "n8n-nodes-base.aggregate"),
		lazy(core.NewSort, "n8n-nodes-base.sort"),
		lazy(core.NewRemoveDuplicatesV1, "n8n-nodes-base.removeDuplicates"),
		lazy(core.NewRemoveDuplicates, "n8n-nodes-base.removeDuplicates"),
		lazy(core.NewSummarize, "n8n-nodes-base.summarize"),
		lazy(core.NewItemListsV1, "n8n-nodes-base.itemLists"),
		lazy(core.NewItemListsV2, "n8n-nodes-base.itemLists"),
		lazy(core.NewItemLists, "n8n-nodes-base.itemLists"),
		lazy(core.NewRenameKeys, "n8n-nodes-base.renameKeys"),
		lazy(core.NewIfV1, "n8n-nodes-base.if"),
		lazy(core.NewIf, "n8n-nodes-base.if"),
		lazy(core.NewFilterV1, "n8n-nodes-base.filter"),
		lazy(core.NewFilter, "n8n-nodes-base.filter"),
		lazy(core.NewSwitchV1, "n8n-nodes-base.switch"),
		lazy(core.NewSwitchV2, "n8n-nodes-base.switch"),
		lazy(core.NewSwitch, "n8n-nodes-base.switch"),
		lazy(core.NewMergeV1, "n8n-nodes-base.merge"),
		lazy(core.NewMergeV2, "n8n-nodes-base.merge"),
		lazy(core.NewMerge, "n8n-nodes-base.merge"),
		lazy(core.NewSplitInBatchesV1, "n8n-nodes-base.splitInBatches"),
		lazy(core.NewSplitInBatchesV2, "n8n-nodes-base.splitInBatches"),
		lazy(core.NewSplitInBatches, "n8n-nodes-base.splitInBatches"),
		lazy(core.NewCompareDatasets, "n8n-nodes-base.compareDatasets"),
		lazy(core.NewExecuteWorkflow, "n8n-nodes-base.executeWorkflow"),
		lazy(core.NewWait, "n8n-nodes-base.wait"),
		lazy(core.NewLimit, "n8n-nodes-base.limit"),
		lazy(core.NewCryptoV1, "n8n-nodes-base.crypto"),
		lazy(core.NewCrypto, "n8n-nodes-base.crypto"),
		lazy(core.NewDateTimeV1, "n8n-nodes-base.dateTime"),
		lazy(core.NewDateTime, "n8n-nodes-base.dateTime"),
		lazy(core.NewTrainingCustomerDatastore, "n8n-nodes-base.n8nTrainingCustomerDatastore"),
		lazy(core.NewTrainingCustomerMessenger, "n8n-nodes-base.n8nTrainingCustomerMessenger"),
		lazy(core.NewExecutionData, "n8n-nodes-base.executionData"),
		lazy(core.NewDebugHelper, "n8n-nodes-base.debugHelper"),
		lazy(core.NewJWT, "n8n-nodes-base.jwt"),
		lazy(core.NewTOTP, "n8n-nodes-base.totp"),
		lazy(core.NewWebhook, "n8n-nodes-base.webhook"),
		lazy(core.NewFormTriggerV1, "n8n-nodes-base.formTrigger"),
		lazy(core.NewFormTrigger, "n8n-nodes-base.formTrigger"),
		lazy(core.NewRespondToWebhook, "n8n-nodes-base.respondToWebhook"),
		lazy(httprequest.NewV1, "n8n-nodes-base.httpRequest"),
		lazy(httprequest.NewV2, "n8n-nodes-base.httpRequest"),
		lazy(httprequest.New, "n8n-nodes-base.httpRequest"),
		lazy(httprequest.NewGraphQL, "n8n-nodes-base.graphql"),
		lazy(files.NewConvertToFile, "n8n-nodes-base.convertToFile"),
		lazy(files.NewExtractFromFile, "n8n-nodes-base.extractFromFile"),
		lazy(files.NewReadPDF, "n8n-nodes-base.readPDF"),
		lazy(files.NewICalendar, "n8n-nodes-base.iCal"),
		lazy(files.NewReadWriteFile, "n8n-nodes-base.readWriteFile"),
		lazy(files.NewReadBinaryFile, "n8n-nodes-base.readBinaryFile"),
		lazy(files.NewReadBinaryFiles, "n8n-nodes-base.readBinaryFiles"),
		lazy(files.NewWriteBinaryFile, "n8n-nodes-base.writeBinaryFile"),
		lazy(files.NewMoveBinaryData, "n8n-nodes-base.moveBinaryData"),
		lazy(files.NewCompression, "n8n-nodes-base.compression"),
		lazy(files.NewSpreadsheetFileV1, "n8n-nodes-base.spreadsheetFile"),
		lazy(files.NewSpreadsheetFile, "n8n-nodes-base.spreadsheetFile"),
		lazy(core.NewExecuteCommand, "n8n-nodes-base.executeCommand"),
		lazy(image.NewEditImage, "n8n-nodes-base.editImage"),
		lazy(markup.NewHTML, "n8n-nodes-base.html"),
		lazy(markup.NewHTMLExtract, "n8n-nodes-base.htmlExtract"),
		lazy(markup.NewMarkdown, "n8n-nodes-base.markdown"),
		lazy(markup.NewXML, "n8n-nodes-base.xml"),
		lazy(markup.NewRSSRead, "n8n-nodes-base.rssFeedRead"),
		lazy(markup.NewRSSFeedTrigger, "n8n-nodes-base.rssFeedReadTrigger"),
		lazy(directus.New, "@flagbit/n8n-nodes-directus.directus", "n8n-nodes-directus.directus", "@digital-boss/n8n-nodes-directus.directus", "@denklab/n8n-nodes-directus.directus", "denklab-n8n-nodes-directus.directus", "@stumpworks/n8n-nodes-directus.directus", "CUSTOM.directus"),
		lazy(directus.NewOfficial, "@directus/n8n-nodes-directus.directus"),
		lazy(directus.NewTrigger, "@directus/n8n-nodes-directus.directusTrigger"),
	}
}

func lazy[N node.Node](load func() N, types ...string) node.Node {
	return node.Lazy(func() node.Node { return load() }, types...)
}
