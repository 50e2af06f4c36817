/** What the owner decides. Each call is one decision, saved before its answer. */
import {
  type Json,
  RELEASE_PATH_MAX_BYTES,
  RequestError,
  readWindow,
  type UpdateMode,
} from '@fleetward/shared'
import { ACTIVITY_CLASSES } from '../core/activity-classes.ts'
import type { OwnersDecision, OwnersSettingsChange } from '../core/owners-decision.ts'
import type { UpdateRun } from '../run/update-run.ts'
import { readFields } from './request-fields.ts'
import type { LocalRequest, LocalRoute } from './route.ts'

const POSTPONE_MAX_SECONDS = 10 * 365 * 86_400

export interface OwnerOptions {
  readonly run: UpdateRun
  /** Asks the server now. */
  checkNow(): Promise<void>
}

export function ownerRoutes({ run, checkNow }: OwnerOptions): LocalRoute[] {
  const decides = (
    method: 'POST' | 'PUT' | 'DELETE',
    path: LocalRoute['path'],
    summary: string,
    read: (request: LocalRequest) => OwnersDecision,
  ): LocalRoute => ({
    ...{ method, path, summary, forPage: true },
    answer: async (request) => {
      await run.decideAsOwner(read(request), request.by)
      return { json: decided(run) }
    },
  })
  return [
    decides(
      'POST',
      '/1/install',
      'Installs the offered update now, or lets it make its last step.',
      (request) =>
        readFields(request, (fields) => ({
          what: 'install',
          ...fields.optional('path', (name) => fields.text(name, RELEASE_PATH_MAX_BYTES)),
        })),
    ),
    decides(
      'POST',
      '/1/postpone',
      'Puts the offered update off by `seconds`, or until a time.',
      (request) =>
        readFields(request, (fields) => {
          const isRelative = fields.has('seconds')
          if (isRelative === fields.has('until')) fields.refuse('until', 'either seconds or until')
          const until = isRelative
            ? run.now() + fields.integer('seconds', 1, POSTPONE_MAX_SECONDS)
            : fields.integer('until')
          return {
            what: 'postpone',
            until,
            ...fields.optional('path', (name) => fields.text(name, RELEASE_PATH_MAX_BYTES)),
          }
        }),
    ),
    decides(
      'POST',
      '/1/opt-out',
      'Lets nothing install by itself, for good or until a time.',
      (request) =>
        readFields(request, (fields) => ({
          what: 'opt-out',
          ...fields.optional('until', (name) => fields.integer(name)),
        })),
    ),
    decides('POST', '/1/opt-in', 'Lets updates install by themselves again.', (request) =>
      readFields(request, () => ({ what: 'opt-in' })),
    ),
    decides('PUT', '/1/window', 'Sets the maintenance window.', (request) => ({
      what: 'set-window',
      window: requireWindow(request),
    })),
    decides('DELETE', '/1/window', 'Removes the maintenance window: any time is right.', () => ({
      what: 'set-window',
      window: 'none',
    })),
    decides('PUT', '/1/settings', 'Changes what is named, and nothing else.', (request) => ({
      what: 'change-settings',
      settings: readSettings(request),
    })),
    {
      method: 'POST',
      path: '/1/check',
      summary: 'Asks the server for updates now.',
      forPage: true,
      answer: async () => {
        run.announceNews()
        await checkNow()
        return { json: decided(run) }
      },
    },
  ]
}

/** What the decision led to, as far as it is known at once. */
function decided(run: UpdateRun): Json {
  const { record, settings } = run.view()
  const { state } = record
  return JSON.parse(
    JSON.stringify({
      state: state.name,
      waitingFor: 'waitingFor' in state ? state.waitingFor : undefined,
      owner: settings,
      optedOutUntil: record.owner.optedOutUntil,
      postponedUntil: record.owner.postponed?.until,
    }),
  ) as Json
}

function requireWindow(request: LocalRequest) {
  try {
    return readFields(request, readWindow)
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    throw new RequestError('WINDOW_INVALID', error.facts)
  }
}

function readSettings(request: LocalRequest): OwnersSettingsChange {
  const modes: readonly UpdateMode[] = ['automatic', 'ask']
  return readFields(request, (fields) => ({
    ...fields.optional('security', (name) => fields.oneOf(name, modes)),
    ...fields.optional('functionality', (name) => fields.oneOf(name, modes)),
    ...fields.optional('notify', (name) => fields.flag(name)),
    ...fields.optional('approvalAsLastStep', (name) => fields.flag(name)),
    ...fields.optional('remoteManagement', (name) => fields.flag(name)),
    ...fields.optional('pageLocalNetwork', (name) => fields.flag(name)),
    ...fields.optional('logClassesOff', (name) =>
      fields.list(name, { max: ACTIVITY_CLASSES.length }, (items, at) =>
        items.oneOf(at, ACTIVITY_CLASSES),
      ),
    ),
  }))
}
