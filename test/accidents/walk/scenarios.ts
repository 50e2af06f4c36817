/** The stories that accidents befall: what is offered to a device, and where each of them ends. */

import type { UpdateState } from '../../../packages/agent/src/core/update-machine.ts'
import type { Behaviour } from '../../support/simulated-machine/simulated-product.ts'
import { SimulatedBackend } from '../../support/simulated-machine/simulated-server.ts'
import type { TestFile } from '../../support/slot-artifact.ts'

export interface Scenario {
  readonly name: string
  readonly summary: string
  /** What the owner's button asks for, at the first start. */
  readonly reset?: 'factory' | 'settings' | 'erase'
  /** Versions offered one after the other; the next once the one before is settled. */
  readonly offered: readonly string[]
  readonly behaviours: ReadonlyMap<string, Behaviour>
  /** Up to its first step in this state it is a story that is told already. */
  readonly sameUntil?: UpdateState['name']
  /** Where it ends when nothing goes wrong. */
  readonly end: End
  /** Where it ends when the disk or wrong bytes stop one of its updates, which then is told of. */
  readonly otherwise: readonly Omit<End, 'code'>[]
}

export interface End {
  readonly version: string
  readonly securityCounter: number
  /** What the server was told; nothing when nothing failed. */
  readonly code?: string
}

export const FACTORY_VERSION = '1.4.2'
const FACTORY = { version: FACTORY_VERSION, securityCounter: 1 }

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'good',
    summary: 'a security update that works',
    offered: ['1.4.3'],
    behaviours: new Map(),
    end: { version: '1.4.3', securityCounter: 2 },
    otherwise: [FACTORY],
  },
  {
    name: 'failing',
    summary: 'an update that fails its self-test',
    offered: ['1.4.3'],
    behaviours: new Map([['1.4.3', 'fails']]),
    sameUntil: 'rebooting',
    end: { ...FACTORY, code: 'SELF_TEST_FAILED' },
    otherwise: [FACTORY],
  },
  {
    name: 'hanging',
    summary: 'an update whose self-test never ends',
    offered: ['1.4.3'],
    behaviours: new Map([['1.4.3', 'hangs']]),
    sameUntil: 'rebooting',
    end: { ...FACTORY, code: 'TRIAL_TIMED_OUT' },
    otherwise: [FACTORY],
  },
  {
    name: 'crashing',
    summary: 'an update whose product crashes in its trial',
    offered: ['1.4.3'],
    behaviours: new Map([['1.4.3', 'crashes']]),
    sameUntil: 'rebooting',
    end: { ...FACTORY, code: 'PRODUCT_CRASHED' },
    otherwise: [FACTORY],
  },
  {
    name: 'fatal',
    summary: 'an update that takes the device down at every trial',
    offered: ['1.4.3'],
    behaviours: new Map([['1.4.3', 'takes the device down']]),
    sameUntil: 'rebooting',
    end: { ...FACTORY, code: 'NEW_SLOT_DID_NOT_STAY' },
    otherwise: [FACTORY],
  },
  {
    name: 'twice',
    summary: 'a security update over an earlier functionality update',
    offered: ['1.5.0', '1.5.1'],
    behaviours: new Map(),
    sameUntil: 'committing',
    end: { version: '1.5.1', securityCounter: 3 },
    otherwise: [
      FACTORY,
      { version: '1.5.0', securityCounter: 2 },
      { version: '1.5.1', securityCounter: 3 },
    ],
  },
  ...(['factory', 'settings', 'erase'] as const).map((level) => ({
    name: `reset-${level}`,
    summary: `a reset: ${level}`,
    reset: level,
    offered: [],
    behaviours: new Map(),
    end: FACTORY,
    otherwise: [],
  })),
]

/** Small, yet with folders, a program and some chunks; alike enough that a mixture would run. */
function filesOf(version: string): TestFile[] {
  const noise = Buffer.alloc(90_000)
  let state = 1
  for (const letter of version) state = (state * 31 + letter.charCodeAt(0)) | 0
  for (let at = 0; at < noise.length; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0
    noise[at] = state >>> 16
  }
  return [
    { path: 'main.js', bytes: Buffer.from(`run('${version}')\n`), executable: true },
    { path: 'lib/firmware.bin', bytes: noise },
    { path: 'lib/deep/version.txt', bytes: Buffer.from(`${version}\n`) },
    { path: 'self-test.js', bytes: Buffer.from(`test('${version}')\n`), executable: true },
  ]
}

export function makeBackend(): SimulatedBackend {
  return new SimulatedBackend([
    { version: '1.4.2', kind: 'security', securityCounter: 1, files: filesOf('1.4.2') },
    { version: '1.4.3', kind: 'security', securityCounter: 2, files: filesOf('1.4.3') },
    { version: '1.5.0', kind: 'functionality', securityCounter: 2, files: filesOf('1.5.0') },
    { version: '1.5.1', kind: 'security', securityCounter: 3, files: filesOf('1.5.1') },
  ])
}
