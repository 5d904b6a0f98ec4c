package core

import (
	"context"
	"fmt"

	"github.com/nate-go/nate/node"
)

// NewScheduleTrigger returns the node that begins runs by a schedule (n8n-nodes-base.scheduleTrigger). When the time has come is
// the embedder's to know; a run that begins here puts out the time by the run's clock, in the workflow's time zone, unless it is
// started with items.
func NewScheduleTrigger() node.Node {
	def := scheduled(triggerDefinition("scheduleTrigger", "Schedule Trigger", "Begins runs by a schedule", "Schedule Trigger",
		1, 1.1, 1.2, 1.3, 1.4), "Runs now start by the schedule.")
	def.Properties = scheduleTriggerProperties()
	return trigger{def: def, emit: scheduledTime}
}

// NewCron returns the forerunner of the Schedule Trigger (n8n-nodes-base.cron). It puts out one empty item.
func NewCron() node.Node {
	def := scheduled(triggerDefinition("cron", "Cron", "Begins runs at certain times", "Cron", 1), "Runs now start at the times of the Cron node.")
	def.Hidden, def.Properties = true, cronProperties()
	return trigger{def: def}
}

// NewInterval returns the other forerunner of the Schedule Trigger (n8n-nodes-base.interval). It puts out one empty item.
func NewInterval() node.Node {
	def := scheduled(triggerDefinition("interval", "Interval", "Begins runs again and again after a time", "Interval", 1),
		"Runs now start at the interval.")
	def.Hidden, def.Properties = true, intervalProperties()
	return trigger{def: def}
}

func scheduled(def node.Definition, activation string) node.Definition {
	def.Group, def.ActivationMessage = []string{"trigger", "schedule"}, activation
	return def
}

// scheduledTime is the item of a Schedule Trigger.
func scheduledTime(_ context.Context, c *node.Call) (*node.Object, error) {
	now := c.Now()
	clock := now.Format("3:04:05 pm")
	return node.NewObject(
		"timestamp", now.Format("2006-01-02T15:04:05.000-07:00"),
		"Readable date", now.Format("January ")+ordinal(now.Day())+now.Format(" 2006, ")+clock,
		"Readable time", clock,
		"Day of week", now.Format("Monday"),
		"Year", now.Format("2006"),
		"Month", now.Format("January"),
		"Day of month", now.Format("02"),
		"Hour", now.Format("15"),
		"Minute", now.Format("04"),
		"Second", now.Format("05"),
		"Timezone", fmt.Sprintf("%s (UTC%s)", now.Location(), now.Format("-07:00")),
	), nil
}

// ordinal is a number as a day is called: 1st, 2nd, 3rd, 4th.
func ordinal(n int) string {
	suffix := "th"
	if n/10%10 != 1 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return fmt.Sprintf("%d%s", n, suffix)
}
