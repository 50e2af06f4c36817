/**
 * The product of a simulated machine. Each start looks at every byte of the slot it is started from:
 * nothing runs that is not, file for file, what was signed.
 */
import { SLOT_LISTING_NAME } from '@fleetward/shared'
import type { Product, SelfTestOutcome, SlotContents } from '../../../packages/agent/src/ports.ts'
import type { SimulatedDisk } from '../simulated-disk/simulated-disk.ts'
import type { PlannedRelease } from './simulated-server.ts'

/** What a version does when it is tried. */
export type Behaviour = 'fails' | 'hangs' | 'crashes' | 'takes the device down'

export interface ProductWorld {
  readonly plans: ReadonlyMap<string, PlannedRelease>
  readonly behaviours: ReadonlyMap<string, Behaviour>
  disk(): SimulatedDisk
  /** A step of the device; what follows happens only if nothing befell it. */
  step(name: string): Promise<void>
  untilAborted(signal: AbortSignal): Promise<void>
  takeDown(): Promise<never>
  /** Against the rules of every device: the case has failed. */
  wrong(what: string): void
}

export class SimulatedProduct implements Product {
  readonly #world: ProductWorld
  /** Versions that passed their self-test, in this machine's whole life. */
  readonly passed = new Set<string>()
  running: string | undefined
  starts = 0

  constructor(world: ProductWorld) {
    this.#world = world
  }

  async start(contents: SlotContents): Promise<void> {
    await this.#world.step(`start ${contents.version}`)
    for (const flaw of flawsOf(this.#world.disk(), contents, this.#world.plans)) {
      this.#world.wrong(`started ${contents.version} although ${flaw}`)
    }
    this.running = contents.version
    this.starts += 1
  }

  async stop(): Promise<void> {
    await this.#world.step('stop')
    this.running = undefined
  }

  async selfTest(
    { version }: SlotContents,
    { signal }: { signal: AbortSignal },
  ): Promise<SelfTestOutcome> {
    await this.#world.step(`self-test ${version}`)
    if (this.running !== version) this.#world.wrong(`tested ${version}, ${this.running} runs`)
    switch (this.#world.behaviours.get(version)) {
      case 'takes the device down':
        return this.#world.takeDown()
      case 'hangs':
        await this.#world.untilAborted(signal)
        return { passed: false, code: 'SELF_TEST_FAILED', facts: {} }
      case 'fails':
        return { passed: false, code: 'SELF_TEST_FAILED', facts: { exitCode: 1 } }
      case 'crashes':
        return { passed: false, code: 'PRODUCT_CRASHED', facts: { exitCode: 1 } }
      default:
        await this.#world.step(`self-test ${version} ends`)
        this.passed.add(version)
        return { passed: true }
    }
  }
}

/** What a slot's folder has other than what was signed for this version. */
export function flawsOf(
  disk: SimulatedDisk,
  { version, folder }: Pick<SlotContents, 'version' | 'folder'>,
  plans: ReadonlyMap<string, PlannedRelease>,
): string[] {
  const plan = plans.get(version)
  if (plan === undefined) return [`there is no release ${version}`]
  const expected = new Map(plan.files.map((file) => [`${folder}/${file.path}`, file]))
  const flaws: string[] = []
  for (const [path, { bytes, executable = false }] of expected) {
    const inode = disk.find(path)
    if (inode?.kind !== 'file') flaws.push(`${path} is missing`)
    else if (!inode.bytes.equals(bytes)) flaws.push(`${path} holds other bytes`)
    else if (((inode.mode & 0o100) !== 0) !== executable) flaws.push(`${path} has another mode`)
  }
  for (const path of disk.files()) {
    if (!path.startsWith(`${folder}/`) || path === `${folder}/${SLOT_LISTING_NAME}`) continue
    if (!expected.has(path)) flaws.push(`${path} was never signed`)
  }
  return flaws
}
