/**
 * The core of Article 14. Its package also reads SBOMs and feeds; a server without cases does not load it.
 */
import { HttpError } from '../http/problem.ts'

export type Reporting = typeof import('@fleetward/vulnerability')

export function reporting(): Promise<Reporting> {
  return import('@fleetward/vulnerability')
}

/** One line a code: a test holds the codes and their statuses to the table of the protocol. */
export function refusalOf(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== 'ReportingError' || !('code' in error)) {
    return error
  }
  const message = error.message.replace(/ \([A-Z_]+\)$/, '')
  switch (error.code) {
    case 'CASE_CLOSED':
      return new HttpError(409, 'CASE_CLOSED', message)
    case 'EVENT_OUT_OF_ORDER':
      return new HttpError(409, 'EVENT_OUT_OF_ORDER', message)
    case 'TIME_IN_THE_FUTURE':
      return new HttpError(409, 'TIME_IN_THE_FUTURE', message)
    case 'TIME_IMPOSSIBLE':
      return new HttpError(409, 'TIME_IMPOSSIBLE', message)
    case 'NOT_FOR_THIS_KIND':
      return new HttpError(409, 'NOT_FOR_THIS_KIND', message)
    case 'ALREADY_RECORDED':
      return new HttpError(409, 'ALREADY_RECORDED', message)
    case 'AWARENESS_MISSING':
      return new HttpError(409, 'AWARENESS_MISSING', message)
    case 'NOT_REPORTABLE':
      return new HttpError(409, 'NOT_REPORTABLE', message)
    case 'STAGE_OUT_OF_ORDER':
      return new HttpError(409, 'STAGE_OUT_OF_ORDER', message)
    case 'MEASURE_MISSING':
      return new HttpError(409, 'MEASURE_MISSING', message)
    case 'NOT_REQUESTED':
      return new HttpError(409, 'NOT_REQUESTED', message)
    case 'NOTHING_TO_CORRECT':
      return new HttpError(409, 'NOTHING_TO_CORRECT', message)
    case 'REPORT_OUTSTANDING':
      return new HttpError(409, 'REPORT_OUTSTANDING', message)
    case 'FIELD_UNKNOWN':
      return new HttpError(422, 'FIELD_UNKNOWN', message)
    default:
      return error
  }
}
