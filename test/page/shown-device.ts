/**
 * The page before a device that is in whatever state a test wants: the real listener and files, answers as
 * the local API gives them. What the page does to a real device is in owner.test.ts.
 */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Json } from '@fleetward/shared'
import { silentActivity } from '../../packages/agent/src/activity/silent-activity.ts'
import type { LocalRoute } from '../../packages/agent/src/local-api/route.ts'
import { OwnersPage } from '../../packages/agent/src/page/owners-page.ts'

export type Answers = { status: Record<string, Json>; notices: Json[]; entries: Json[] }

const NOW = 1_795_000_000
const DAY = 86_400

export const NOTICE: Record<string, Json> = {
  ...{ path: 'security/1.4.3/firmware.tar.zst', version: '1.4.3', kind: 'security' },
  what: 'Closes a hole in the web interface.',
  why: { fixes: ['CVE-2026-10001', 'CVE-2026-10002'], advisories: ['LUMEN-2026-7'] },
  ...{ severity: 'critical', url: 'https://lumen.example/advisories/7' },
  ...{ lengthBytes: 41_300_000, expectedSeconds: 190, restarts: 'device' },
  ...{
    firstNoticeAt: NOW - DAY,
    state: 'offered',
    waitingFor: 'postponement',
    startsAt: NOW + DAY,
  },
  deadline: NOW + 5 * DAY,
  postponement: {
    ...{ usedSeconds: DAY, remainingSeconds: 3 * DAY, latest: NOW + 3 * DAY },
    choices: [3600, DAY],
  },
}

/** Everything at once that a page can show: the worst day of a device. */
export function worstDay(): Answers {
  return {
    status: {
      ...{ product: 'lumen-gateway-g1', device: 'LG1-00017', compatible: 'lumen,g1' },
      ...{ model: 'Lumen Gateway G1', version: '1.4.2', securityCounter: 2, now: NOW },
      manufacturer: {
        name: 'Lumen GmbH',
        contact: 'help@lumen.example',
        url: 'https://lumen.example',
      },
      ...{ securityContact: 'https://lumen.example/security', supportEndsOn: '2026-10' },
      ...{
        supportEnded: true,
        supportNotice: 0,
        state: 'offered',
        waitingFor: 'postponement',
        agent: '0.1.0',
      },
      ...{ line: 'mqtt', lastServerContact: NOW - 60 },
      lastFailure: { code: 'SELF_TEST_FAILED', version: '1.4.1', at: NOW - 9 * DAY },
      integrity: { state: 'ok', checkedAt: NOW - 3600 },
      owner: {
        ...{ security: 'automatic', functionality: 'ask', notify: true, approvalAsLastStep: false },
        window: { weekdays: [1, 3, 5], from: '02:00', to: '05:00', timeZone: 'Europe/Berlin' },
        ...{ remoteManagement: false, page: { localNetwork: true }, logClassesOff: ['diagnostic'] },
        optedOut: { since: NOW - DAY, until: NOW + 20 * DAY },
      },
    },
    notices: [structuredClone(NOTICE)],
    entries: [
      entry(1, 'security', 'agent-started', 'agent', { agent: '0.1.0' }),
      entry(2, 'access', 'pairing-code-wrong', 'page', { source: 'device', tries: 1 }),
      entry(3, 'configuration', 'opted-out', 'page', { until: 'forever' }),
      entry(4, 'update', 'update-postponed', 'page', {}),
    ],
  }
}

export class ShownDevice {
  readonly answers: Answers
  /** What was asked for, in order. */
  readonly asked: { method: string; path: string; body: Json }[] = []
  readonly #page: OwnersPage
  readonly #folder: string

  private constructor(answers: Answers, page: OwnersPage, folder: string) {
    this.answers = answers
    this.#page = page
    this.#folder = folder
  }

  static async open(answers: Answers): Promise<ShownDevice> {
    const folder = await mkdtemp(join(tmpdir(), 'fleetward-shown-'))
    const localNetwork = { address: '127.0.0.1', port: 0, hostNames: [] }
    const page = await OwnersPage.prepare({
      ...{ settings: { enabled: true, port: 0, localNetwork }, device: 'LG1-00017' },
      ...{ folder, labelFile: join(folder, 'label'), activity: silentActivity },
      log: { write: () => {} },
      monotonicMs: () => performance.now(),
      reportTries: async () => {},
      onFailed: (error) => {
        throw error
      },
    })
    const device = new ShownDevice(answers, page, folder)
    await page.open(device.#routes(), false)
    return device
  }

  get code(): string {
    return this.#page.pairing.code
  }

  get url(): string {
    return this.#page.pairing.urls[0] ?? ''
  }

  async close(): Promise<void> {
    await this.#page.close()
    await rm(this.#folder, { recursive: true })
  }

  #routes(): LocalRoute[] {
    const route = (
      method: LocalRoute['method'],
      path: LocalRoute['path'],
      json: () => Json,
    ): LocalRoute => ({
      ...{ method, path, summary: '', forPage: true },
      answer: async ({ body }) => {
        this.asked.push({ method, path, body })
        return { json: json() }
      },
    })
    const { answers } = this
    return [
      route('GET', '/1/status', () => answers.status),
      route('GET', '/1/updates', () => ({
        notices: answers.notices,
        remembered: [{ path: 'security/1.4.1/x', version: '1.4.1', outcome: 'failed' }],
      })),
      route('GET', '/1/log', () => ({
        entries: answers.entries,
        head: { seq: answers.entries.length, hash: '' },
      })),
      ...(['install', 'postpone', 'opt-out', 'opt-in', 'check', 'reset', 'erase'] as const).map(
        (name) => route('POST', `/1/${name}`, () => ({})),
      ),
      route('PUT', '/1/settings', () => ({})),
      route('PUT', '/1/window', () => ({})),
      {
        ...{ method: 'GET', path: '/1/events', summary: '', forPage: true },
        answer: async ({ signal }) => ({
          contentType: 'text/event-stream',
          stream: (async function* () {
            yield Buffer.from('event: heartbeat\n\n')
            await once(signal, 'abort')
          })(),
        }),
      },
    ]
  }
}

function entry(seq: number, name: string, event: string, by: string, facts: Json): Json {
  const time = new Date((NOW - 600 + seq) * 1000).toISOString()
  return { seq, time, uptimeMs: seq, class: name, event, by, facts, prev: '' }
}
