/** In whose night: the hours of a window, whose clock they are on, and when that is for whoever looks. */
import type { RolloutPlan } from '../../../api/operator-api.gen.ts'
import { locale } from '../../../words/language.ts'
import { say } from '../../../words/say.tsx'

export type Window = NonNullable<RolloutPlan['window']>

/** 2024-01-01 was a Monday. */
export function weekdayName(weekday: number): string {
  return new Intl.DateTimeFormat(locale(), { weekday: 'short', timeZone: 'UTC' }).format(
    Date.UTC(2024, 0, weekday),
  )
}

export function windowWords({ weekdays, from, to, zone }: Window): string {
  const days =
    weekdays.length === 7
      ? say('rollouts.everyDay')
      : weekdays
          .toSorted((a, b) => a - b)
          .map(weekdayName)
          .join(', ')
  const hours = { days, from, to }
  return zone === 'device'
    ? say('rollouts.deviceWindow', hours)
    : say('rollouts.zoneWindow', { ...hours, zone })
}
