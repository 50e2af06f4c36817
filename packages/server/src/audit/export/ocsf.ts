/**
 * Lines of the audit log in the Open Cybersecurity Schema Framework, https://schema.ocsf.io/1.3.0. Sign-ins are
 * Authentication (3002), changes of accounts Account Change (3001), everything else API Activity (6003);
 * docs/operating/audit.md has the mapping. The line as it is stored stands in `raw_data`: it verifies there.
 */
import { type AuditLine, type Json, readAuditLine } from '@fleetward/shared'

export const OCSF_VERSION = '1.3.0'
const PRODUCT = { name: 'Fleetward', vendor_name: 'Fleetward' }

interface Classified {
  readonly category_uid: number
  readonly class_uid: number
  readonly activity_id: number
  /** What the class asks for beyond the base event. */
  readonly own: { readonly [name: string]: Json }
}

const CREATE = 1
const READ = 2
const UPDATE = 3
const DELETE = 4
const OTHER = 99

export function ocsfOf(line: string): { readonly [name: string]: Json } {
  const entry = readAuditLine(line)
  if (entry === undefined) return damaged(line)
  const { category_uid, class_uid, activity_id, own } = classified(entry)
  const isDone = entry.outcome === 'done'
  return {
    ...{ category_uid, class_uid, activity_id, type_uid: class_uid * 100 + activity_id },
    time: entry.at * 1000,
    // Informational; a refusal is Low. What is graver is for the rules of whoever collects.
    severity_id: isDone ? 1 : 2,
    ...{ status_id: isDone ? 1 : 2, status: isDone ? 'Success' : 'Failure' },
    ...(entry.code === undefined ? {} : { status_code: entry.code }),
    message: `${entry.action} ${entry.subject}`,
    metadata: {
      ...{ version: OCSF_VERSION, product: PRODUCT, uid: String(entry.seq), sequence: entry.seq },
      ...{ event_code: entry.action, log_name: 'audit' },
      ...(entry.requestId === undefined ? {} : { correlation_uid: entry.requestId }),
    },
    ...own,
    unmapped: unmapped(entry),
    raw_data: line,
  }
}

/** Base Event (0), High: somebody damaged the line. It goes out as it is, it is evidence. */
function damaged(line: string): { readonly [name: string]: Json } {
  return {
    ...{ category_uid: 0, class_uid: 0, activity_id: 0, type_uid: 0, time: 0, severity_id: 4 },
    message: 'a line of the audit log is damaged',
    metadata: { version: OCSF_VERSION, product: PRODUCT, log_name: 'audit' },
    raw_data: line,
  }
}

function classified(entry: AuditLine): Classified {
  const [noun = '', verb = ''] = entry.action.split('.', 2)
  if (SIGN_INS.has(noun)) {
    const activity_id = SIGN_IN_ACTIVITIES.get(entry.action) ?? OTHER
    const own = { user: subjectUser(entry), service: { name: 'Fleetward' }, ...source(entry) }
    return { category_uid: 3, class_uid: 3002, activity_id, own: { ...own, actor: actorOf(entry) } }
  }
  if (noun === 'account') {
    const activity_id = ACCOUNT_ACTIVITIES.get(verb) ?? OTHER
    const own = { user: subjectUser(entry), actor: actorOf(entry), ...source(entry) }
    return { category_uid: 3, class_uid: 3001, activity_id, own }
  }
  const own = {
    actor: actorOf(entry),
    api: { operation: entry.action, service: { name: 'Fleetward' } },
    src_endpoint: source(entry).src_endpoint,
    resources: [{ uid: entry.subject, type: entry.subject.split('/', 1)[0] ?? '' }],
  }
  return { category_uid: 6, class_uid: 6003, activity_id: apiActivity(entry, verb), own }
}

const SIGN_INS: ReadonlySet<string> = new Set(['session', 'sign-in', 'break-glass'])

const SIGN_IN_ACTIVITIES: ReadonlyMap<string, number> = new Map([
  ['session.opened', 1],
  ['sign-in.refused', 1],
  ['sign-in.suspicious', 1],
  ['break-glass.used', 1],
  ['session.ended', 2],
  ['session.all-ended', 2],
])

const ACCOUNT_ACTIVITIES: ReadonlyMap<string, number> = new Map([
  ['created', 1],
  ['password-set', 3],
  ['way-in-made', 4],
  ['disabled', 5],
  ['removed', 6],
  ['granted', 7],
  ['grant-withdrawn', 8],
  ['passkey-added', 10],
  ['passkey-removed', 11],
])

const VERBS: readonly { readonly verbs: RegExp; readonly activity: number }[] = [
  {
    verbs:
      /^(added|created|made|saved|started|published|uploaded|requested|expected|enrolled|imported|sealed)$/,
    activity: CREATE,
  },
  { verbs: /^(read|exported|verified|listed)$/, activity: READ },
  {
    verbs: /^(deleted|removed|revoked|retired|withdrawn|decommissioned|shortened)$/,
    activity: DELETE,
  },
]
const METHODS: ReadonlyMap<string, number> = new Map([
  ['GET', READ],
  ['POST', CREATE],
  ['DELETE', DELETE],
])

/** Of a refused request the method is known, of a change its verb. */
function apiActivity({ action, subject }: AuditLine, verb: string): number {
  if (action === 'request.refused') return METHODS.get(subject.split(' ', 1)[0] ?? '') ?? UPDATE
  return VERBS.find(({ verbs }) => verbs.test(verb))?.activity ?? UPDATE
}

function actorOf({ actor }: AuditLine): Json {
  // 1 a person, 3 the system itself; OCSF has no number for a tool's account.
  const type_id = actor.kind === 'person' ? 1 : actor.kind === 'system' ? 3 : OTHER
  return { user: { uid: actor.id, name: actor.name, type_id, type: actor.kind } }
}

/** The account it is about: the subject's, or whoever acted. */
function subjectUser({ subject, actor }: AuditLine): Json {
  const [kind, id] = subject.split('/', 2)
  if (kind === 'account' && id !== undefined && id !== '') return { uid: id }
  return { uid: actor.id, name: actor.name }
}

function source({ actor }: AuditLine) {
  if (actor.address !== undefined) return { src_endpoint: { ip: actor.address } }
  // The class asks for one: what the server does by itself comes from the server.
  return { src_endpoint: { svc_name: 'fleetward-server' } }
}

function unmapped({ prev, product, before, after, actor }: AuditLine): Json {
  return {
    ...{ prev, via: actor.via },
    ...(product === undefined ? {} : { product }),
    ...(actor.person === undefined ? {} : { person: actor.person }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  }
}
