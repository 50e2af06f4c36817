/**
 * The record as it stands on the disk. Written only by this agent, yet parsed as strictly as what
 * comes from outside: a flash that forgets, or somebody's editor, must not become an update state
 * nobody wrote.
 */
import {
  AUDIENCES_MAX_COUNT,
  DeviceError,
  FAILED_OFFERS_MAX_COUNT,
  type Facts,
  type FailedOffer,
  FIRST_NOTICES_MAX_COUNT,
  Fields,
  isName,
  type Json,
  OUTBOX_MAX_COUNT,
  parseLogHead,
  parseOffer,
  parseWindow,
  RELEASE_PATH_MAX_BYTES,
  REPORT_LENGTH_MAX_BYTES,
  TrustError,
  UPDATE_STATE_NAMES,
  WAITING_FOR,
} from '@fleetward/shared'
import { ACTIVITY_CLASSES } from './activity-classes.ts'
import type {
  AcceptedManifest,
  AgentRecord,
  FirstNotice,
  PendingEvent,
  Reports,
} from './agent-record.ts'
import type { FailedTrial } from './failed-trials.ts'
import type { OwnersChoices } from './owners-choices.ts'
import { type Failure, SLOT_NAMES, type Update, type UpdateState } from './update-machine.ts'

const PENDING_EVENTS_MAX_COUNT = 16
const FORMAT = 'fleetward-agent-record/1'

export function recordJson(record: AgentRecord): Json {
  return { format: FORMAT, ...record } as unknown as Json
}

/** Throws DeviceError STATE_CORRUPT that names the field. */
export function parseAgentRecord(json: Json): AgentRecord {
  try {
    return parseRecord(new Fields(json, 'JSON_INVALID'))
  } catch (error) {
    if (!(error instanceof TrustError)) throw error
    throw new DeviceError('STATE_CORRUPT', error.facts, { cause: error })
  }
}

function parseRecord(fields: Fields): AgentRecord {
  fields.oneOf('format', [FORMAT])
  const record = {
    state: fields.object('state', parseState),
    securityCounter: fields.integer('securityCounter', 1),
    clockFloor: fields.integer('clockFloor'),
    cohort: fields.matching('cohort', isName, 'a name'),
    audiences: fields.list('audiences', { max: AUDIENCES_MAX_COUNT }, (items, index) =>
      items.object(index, parseAcceptedManifest),
    ),
    commandSeq: fields.integer('commandSeq'),
    failedOffers: fields.list('failedOffers', { max: FAILED_OFFERS_MAX_COUNT }, (items, index) =>
      items.object(index, parseFailedOffer),
    ),
    ...fields.optional('failedTrials', (name) =>
      fields.list(name, { max: FAILED_OFFERS_MAX_COUNT }, (items, index) =>
        items.object(index, parseFailedTrial),
      ),
    ),
    firstNotices: fields.list('firstNotices', { max: FIRST_NOTICES_MAX_COUNT }, (items, index) =>
      items.object(index, parseFirstNotice),
    ),
    owner: fields.object('owner', parseOwnersChoices),
    reports: fields.object('reports', parseReports),
    ...fields.optional('events', (name) =>
      fields.list(name, { max: PENDING_EVENTS_MAX_COUNT }, (items, index) =>
        items.object(index, parsePendingEvent),
      ),
    ),
  }
  fields.refuseOthers()
  return record
}

function parseState(fields: Fields): UpdateState {
  const name = fields.oneOf('name', UPDATE_STATE_NAMES)
  const state = readState(fields, name)
  fields.refuseOthers()
  return state
}

function readState(fields: Fields, name: UpdateState['name']): UpdateState {
  if (name === 'idle') return { name }
  const update = fields.object('update', parseUpdate)
  if (name === 'offered') {
    return {
      name,
      update,
      ...fields.optional('waitingFor', (field) => fields.oneOf(field, WAITING_FOR)),
    }
  }
  if (name === 'installing') {
    return {
      name,
      update,
      ...fields.optional('isWritten', (field) => fields.alwaysTrue(field)),
      ...fields.optional('waitingFor', (field) => fields.oneOf(field, WAITING_FOR)),
    }
  }
  if (name === 'rollingBack' || name === 'failed') {
    return { name, update, failure: fields.object('failure', parseFailure) }
  }
  return { name, update }
}

function parseUpdate(fields: Fields): Update {
  const update = {
    offer: fields.object('offer', parseOffer),
    validUntil: fields.integer('validUntil'),
    slot: fields.oneOf('slot', SLOT_NAMES),
  }
  fields.refuseOthers()
  return update
}

function parseFailure(fields: Fields): Failure {
  const failure = {
    // Only ever compared and shown; a code of a newer agent must not stop an older one.
    code: fields.text('code', 64) as Failure['code'],
    facts: parseFacts(fields.raw('facts')),
  }
  fields.refuseOthers()
  return failure
}

function parseFacts(json: Json): Facts {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new TrustError('JSON_INVALID', { field: 'state.failure.facts', expected: 'object' })
  }
  const facts = Object.entries(json).filter((entry): entry is [string, string | number | boolean] =>
    ['string', 'number', 'boolean'].includes(typeof entry[1]),
  )
  return Object.fromEntries(facts)
}

function parseAcceptedManifest(fields: Fields): AcceptedManifest {
  const accepted = {
    audience: fields.text('audience', 200),
    seq: fields.integer('seq', 1),
    digest: fields.sha256('digest'),
  }
  fields.refuseOthers()
  return accepted
}

function parseFailedOffer(fields: Fields): FailedOffer {
  const failed = {
    rollout: fields.matching('rollout', isName, 'a name'),
    path: fields.text('path', RELEASE_PATH_MAX_BYTES),
    sha256: fields.sha256('sha256'),
    attempt: fields.integer('attempt', 1),
  }
  fields.refuseOthers()
  return failed
}

function parseFailedTrial(fields: Fields): FailedTrial {
  const trial = {
    path: fields.text('path', RELEASE_PATH_MAX_BYTES),
    times: fields.integer('times', 1),
    at: fields.integer('at'),
  }
  fields.refuseOthers()
  return trial
}

function parseFirstNotice(fields: Fields): FirstNotice {
  const notice = {
    path: fields.text('path', RELEASE_PATH_MAX_BYTES),
    at: fields.integer('at'),
    ...fields.optional('againAt', (name) => fields.integer(name)),
  }
  fields.refuseOthers()
  return notice
}

/** Also of an export of another device. */
export function parseOwnersChoices(fields: Fields): OwnersChoices {
  const mode = (name: string) => fields.oneOf(name, ['automatic', 'ask'])
  const choices = {
    ...fields.optional('security', mode),
    ...fields.optional('functionality', mode),
    ...fields.optional('notify', (name) => fields.flag(name)),
    ...fields.optional('approvalAsLastStep', (name) => fields.flag(name)),
    ...fields.optional('remoteManagement', (name) => fields.flag(name)),
    ...fields.optional('pageLocalNetwork', (name) => fields.flag(name)),
    ...fields.optional('window', () => parseWindow(fields)),
    ...fields.optional('optedOutSince', (name) => fields.integer(name)),
    ...fields.optional('optedOutUntil', (name) =>
      fields.raw(name) === 'forever' ? ('forever' as const) : fields.integer(name),
    ),
    ...fields.optional('postponed', (name) =>
      fields.object(name, (postponed) => ({
        path: postponed.text('path', RELEASE_PATH_MAX_BYTES),
        until: postponed.integer('until'),
      })),
    ),
    ...fields.optional('approved', (name) =>
      fields.object(name, (approved) => ({ path: approved.text('path', RELEASE_PATH_MAX_BYTES) })),
    ),
    ...fields.optional('logClassesOff', (name) =>
      fields.list(name, { max: ACTIVITY_CLASSES.length }, (items, index) =>
        items.oneOf(index, ACTIVITY_CLASSES),
      ),
    ),
  }
  fields.refuseOthers()
  return choices
}

function parsePendingEvent(fields: Fields): PendingEvent {
  const pending = {
    id: fields.text('id', 64),
    event: fields.object('event', (event) => {
      const told = {
        name: event.matching('name', isName, 'a name'),
        facts: parseFacts(event.raw('facts')),
      }
      event.refuseOthers()
      return told
    }),
  }
  fields.refuseOthers()
  return pending
}

function parseReports(fields: Fields): Reports {
  const emptyOr = (name: string, read: () => string) => (fields.raw(name) === '' ? '' : read())
  const reports = {
    seq: fields.integer('seq'),
    prev: emptyOr('prev', () => fields.sha256('prev')),
    nonce: emptyOr('nonce', () => fields.text('nonce', 64)),
    inventoryDigest: emptyOr('inventoryDigest', () => fields.sha256('inventoryDigest')),
    ...fields.optional('log', (name) => fields.object(name, parseLogHead)),
    outbox: fields.list('outbox', { max: OUTBOX_MAX_COUNT }, (items, index) =>
      items.object(index, (entry) => ({
        seq: entry.integer('seq', 1),
        about: entry.oneOf('about', ['state', 'progress', 'refusal']),
        token: entry.text('token', REPORT_LENGTH_MAX_BYTES),
      })),
    ),
  }
  fields.refuseOthers()
  return reports
}
