/** What went wrong, as every surface answers it: a code, the facts, one sentence, and the next step. */
import { codeOf, type Facts, type Json, type RequestCode, RequestError } from '@fleetward/shared'

export interface RefusalAnswer {
  /** Of HTTP. */
  readonly status: number
  readonly json: Json
}

const ASKED: Readonly<
  Record<RequestCode, readonly [status: number, message: string, next: string]>
> = {
  REQUEST_INVALID: [
    400,
    'The request is not of the form it has to have.',
    'See docs/local-api.md.',
  ],
  NOT_FOUND_HERE: [404, 'There is nothing at this address.', 'GET /1 lists what there is.'],
  NOTHING_TO_INSTALL: [
    409,
    'No such update is offered.',
    'List those that are: fleetward-agent updates.',
  ],
  UPDATE_UNDER_WAY: [409, 'An update is being installed.', 'Try again when it has ended.'],
  POSTPONEMENT_EXHAUSTED: [
    409,
    'The update cannot be put off that long.',
    'Choose a time up to the one in `latest`.',
  ],
  WINDOW_INVALID: [
    400,
    'This is no maintenance window.',
    'Name weekdays from 1 (Monday) to 7, two different times as HH:MM, and a time zone.',
  ],
  CONFIRMATION_WRONG: [
    403,
    'The confirmation is not the id of this device.',
    'Type the device id that fleetward-agent status shows.',
  ],
  NOT_ALLOWED: [403, 'The owner has not allowed this.', 'Change it in the settings first.'],
  NOT_PAIRED: [401, 'This browser is not paired.', 'Enter the code of fleetward-agent pairing.'],
  PAIRING_CODE_WRONG: [
    403,
    'This is not the pairing code of this device.',
    'Compare it with fleetward-agent pairing or the label.',
  ],
  HOST_REFUSED: [
    421,
    'The page is not to be had by this name.',
    'Open it by the address that fleetward-agent pairing names.',
  ],
  ORIGIN_REFUSED: [403, 'Another page asked for this.', 'Open the page of the device itself.'],
  TOO_MANY_TRIES: [429, 'There were too many tries.', 'Wait, then try again.'],
  ARCHIVE_INVALID: [
    422,
    'The archive is no export of a device of this product, or it was changed.',
    'Export it again and import that.',
  ],
  PASSPHRASE_WRONG: [403, 'The archive does not open with this passphrase.', 'Try it again.'],
  RELEASE_NOT_VERIFIED: [
    503,
    'The device has not verified this update yet.',
    'Try again once it has reached its server.',
  ],
}

/** Rethrows what is a bug of ours: nobody outside can do anything about it. */
export function answerOf(error: unknown): RefusalAnswer {
  if (error instanceof RequestError) {
    const [status, message, next] = ASKED[error.code]
    return refusal(status, error.code, error.facts, message, next)
  }
  const known = codeOf(error)
  if (known === undefined) throw error
  const next = `docs/protocol.md §13 explains ${known.code}.`
  return refusal(
    statusOf(error),
    known.code,
    known.facts,
    `The device refused: ${known.code}.`,
    next,
  )
}

function statusOf(error: unknown): number {
  switch ((error as Error).name) {
    case 'TrustError':
      return 422
    case 'TransferError':
      return 503
    default:
      return (error as { code?: string }).code === 'DISK_FULL' ? 507 : 500
  }
}

function refusal(
  status: number,
  code: string,
  facts: Facts,
  message: string,
  next: string,
): RefusalAnswer {
  return { status, json: { error: { code, facts: { ...facts }, message, next } } }
}
