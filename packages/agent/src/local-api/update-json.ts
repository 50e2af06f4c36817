/** Updates as the local API shows them. Field names are binding (docs/local-api.md). */
import type { FailedOffer, Json } from '@fleetward/shared'
import type { Notice } from '../core/notice.ts'

/** Where each decision about an update is made, for people and for programs. */
const HOW_TO = {
  install: 'fleetward-agent install',
  postpone: 'fleetward-agent postpone 1d',
  optOut: 'fleetward-agent opt-out',
}

export function noticeJson(notice: Notice): Json {
  return JSON.parse(JSON.stringify({ ...notice, howTo: HOW_TO })) as Json
}

export function rememberedJson({ path, attempt }: FailedOffer): Json {
  // `<role>/<version>/<file>`, protocol §4.1.
  return { path, version: path.split('/')[1] ?? '', outcome: 'failed', attempt }
}
