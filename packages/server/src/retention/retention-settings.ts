/** `retention` in the settings file: how long what is kept. docs/operating/retention.md has this table. */
import { z } from 'zod'

const LONGEST_DAYS = 3_660

const days = (least: number, usual: number) => z.int().min(least).max(LONGEST_DAYS).default(usual)

export const retentionSettingsSchema = z
  .strictObject({
    /** Reports of devices; what a device last said stays with the device. */
    reportsDays: days(1, 90),
    /** Commands that were sent. */
    commandsDays: days(1, 90),
    /** Who signed in when, from which browser. */
    signInsDays: days(30, 365),
    /** A webhook that is away for days goes on where it was only while its events are there. */
    eventsDays: days(7, 30),
    deliveriesDays: days(1, 30),
    /** Which version a device ran until when; what it runs stays. Figures of exposure look no further back. */
    staysDays: days(90, 3_650),
    /** Evidence: never less than a year. */
    auditDays: days(365, 3_650),
    /** While something is investigated: nothing is deleted. */
    hold: z.boolean().default(false),
  })
  .prefault({})

export type RetentionSettings = z.output<typeof retentionSettingsSchema>
