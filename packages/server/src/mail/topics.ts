/**
 * What people of the house are told by mail: one row for each type of event. Whoever may hear the event by its
 * permission gets it, unless he switched the topic off. Pure.
 */

export const TOPICS = [
  'deadline-passed',
  'deadline-near',
  'newly-exploited',
  'disclosure-overdue',
  'support-ending',
] as const
export type Topic = (typeof TOPICS)[number]

/** What the law counts in hours is no matter of taste. */
export const SWITCHABLE_TOPICS = TOPICS.filter(
  (topic): topic is Exclude<Topic, 'deadline-passed'> => topic !== 'deadline-passed',
)

const TOPIC_OF: Readonly<Record<string, Topic>> = {
  'case.deadline-passed': 'deadline-passed',
  'case.deadline-near': 'deadline-near',
  'finding.newly-exploited': 'newly-exploited',
  'disclosure.overdue': 'disclosure-overdue',
  'product.support-ending': 'support-ending',
}

export function topicOf(type: string): Topic | undefined {
  return Object.hasOwn(TOPIC_OF, type) ? TOPIC_OF[type] : undefined
}

export function isUrgent(topic: Topic): boolean {
  return topic === 'deadline-passed' || topic === 'deadline-near' || topic === 'newly-exploited'
}
