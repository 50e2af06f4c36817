/**
 * Fields of the sheet that a value can be given for, by what the value is. A second list beside the catalogue of the
 * core, so that the schemas need not load it; a test holds one to the other.
 */
import { z } from 'zod'
import { line, wordsOrNone } from '../http/written.ts'

/** Twice what the longest field takes: what is too long is told in the sheet, and refused here when it is absurd. */
const TEXT_MAX_CHARACTERS = 8_000
const LIST_MAX_COUNT = 50
/** 9999-12-31T23:59:59Z. */
export const TIME_MAX_SECONDS = 253_402_300_799

export const TEXT_FIELDS = [
  ...(['notificationType', 'title', 'summary', 'manufacturerName', 'productName'] as const),
  ...(['productVersion', 'productType', 'productClass', 'productCategory'] as const),
  ...(['endOfSupport', 'componentName', 'measureExpected', 'userAction', 'sensitivity'] as const),
  ...(['measuresTaken', 'userMeasures', 'attackVector', 'cveId', 'euvdId'] as const),
  ...(['generalInformation', 'updateDetails', 'severity', 'impact', 'maliciousActor'] as const),
  ...(['exceptionalCircumstances', 'furtherInformation', 'suspectedMalicious', 'nature'] as const),
  ...(['mitigation', 'rootCause', 'initialAssessment'] as const),
] as const
export const LIST_FIELDS = ['memberStates', 'delayReason'] as const
export const TIME_FIELDS = ['awareAt', 'occurredAt', 'measureAvailableAt'] as const

export const time = z
  .int()
  .min(0)
  .max(TIME_MAX_SECONDS)
  .meta({ description: 'Seconds since 1970', example: 1_790_000_000 })

const text = wordsOrNone(TEXT_MAX_CHARACTERS).optional()
const list = z.array(line()).max(LIST_MAX_COUNT).optional()

function each<Name extends string, Schema>(names: readonly Name[], schema: Schema) {
  return Object.fromEntries(names.map((name) => [name, schema])) as Record<Name, Schema>
}

export const valuesSchema = z
  .strictObject({
    ...each(TEXT_FIELDS, text),
    ...each(LIST_FIELDS, list),
    ...each(TIME_FIELDS, time.optional()),
  })
  .meta({ id: 'CaseFieldValues', description: 'What the sheet is filled with; docs/reporting.md' })
