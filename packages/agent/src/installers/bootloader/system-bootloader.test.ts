/** The bootloader port over boards that boot by the scripts of docs/integrating. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { codeOf, DeviceError } from '@fleetward/shared'
import { bootByScript } from '../../../../../test/support/boot-script.ts'
import type { SlotName } from '../../ports.ts'
import type { BootConvention, BootVariableStore, BootVariables } from './boot-choice.ts'
import { countedTries, singleTry } from './boot-conventions.ts'
import { bootedSlotOf } from './booted-slot.ts'
import { FileEnvironment } from './file-environment.ts'
import { GrubEnvironment } from './grub-environment.ts'
import { SystemBootloader } from './system-bootloader.ts'
import { rebootSystem } from './system-reboot.ts'

class Restarted extends Error {}

/** A board, its boot script and its environment. An agent is whoever asks {@link agent} for a bootloader. */
class Board {
  readonly #kind: 'u-boot' | 'grub'
  readonly #folder: string
  readonly events: string[] = []
  boots = 0
  commandLine = ''
  /** Between the agent and the environment. */
  trouble: (variables: BootVariables | undefined) => void = () => {}

  constructor(kind: 'u-boot' | 'grub', folder: string) {
    this.#kind = kind
    this.#folder = folder
    if (kind === 'grub') execFileSync('grub-editenv', [this.environment, 'create'])
  }

  get environment(): string {
    return join(this.#folder, 'environment')
  }

  get slot(): SlotName {
    return bootedSlotOf(this.commandLine, { A: [], B: [] }) as SlotName
  }

  powerOn(): SlotName {
    this.boots += 1
    this.commandLine = bootByScript(this.#kind, this.environment)
    return this.slot
  }

  agent(): SystemBootloader {
    const convention: BootConvention = this.#kind === 'grub' ? singleTry : countedTries
    return new SystemBootloader({
      variables: this.#store(),
      convention,
      trialBoots: 3,
      bootedSlot: async () => this.slot,
      bootId: async () => `boot ${this.boots}`,
      armedPath: join(this.#folder, 'armed.json'),
      reboot: () => Promise.reject(new Restarted()),
      log: { write: (_level, event) => void this.events.push(event) },
    })
  }

  /** What happens when the agent asks for a boot: it gets an answer, or the board restarts. */
  async boot(agent: SystemBootloader): Promise<SlotName | 'restarts'> {
    return agent.boot().catch((error) => {
      if (error instanceof Restarted) return 'restarts' as const
      throw error
    })
  }

  #store(): BootVariableStore {
    const path = this.environment
    const store =
      this.#kind === 'grub'
        ? new GrubEnvironment({ path, tool: '/usr/bin/grub-editenv' })
        : new FileEnvironment(path)
    return {
      read: async (names) => {
        this.trouble(undefined)
        return store.read(names)
      },
      write: async (variables) => {
        this.trouble(variables)
        await store.write(variables)
      },
    }
  }
}

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-board-'))
})
afterEach(() => rm(folder, { recursive: true }))

const coded = (code: string) => (error: unknown) => codeOf(error)?.code === code

const kinds = [
  ['u-boot', 3, false],
  ['grub', 1, !existsSync('/usr/bin/grub-editenv') && 'grub-editenv is not installed here'],
] as const
for (const [kind, tries, skip] of kinds) {
  describe(`a board that boots by ${kind}`, { skip }, () => {
    async function armed(): Promise<Board> {
      const board = new Board(kind, folder)
      if (kind === 'u-boot') await writeFile(board.environment, '')
      assert.equal(board.powerOn(), 'A')
      const agent = board.agent()
      assert.equal(await board.boot(agent), 'A')
      await agent.forbid('B')
      await agent.tryBoot('B')
      assert.equal(await board.boot(agent), 'restarts')
      return board
    }

    test('a slot that passes its trial is the only one that boots from then on', async () => {
      const board = await armed()
      assert.equal(board.powerOn(), 'B')
      const agent = board.agent()
      assert.equal(await board.boot(agent), 'B')
      await agent.commit('B')
      assert.equal(await board.boot(agent), 'B', 'nothing to restart for')
      for (let boots = 0; boots < 10; boots += 1) {
        assert.equal(board.powerOn(), 'B')
        if (boots % 3 === 0) assert.equal(await board.boot(board.agent()), 'B')
      }
    })

    test('a slot that never comes up is given up after its tries, by the bootloader alone', async () => {
      const board = await armed()
      const seen = Array.from({ length: tries + 2 }, () => board.powerOn())
      assert.deepEqual(seen, [...Array.from({ length: tries }, () => 'B'), 'A', 'A'])
      const agent = board.agent()
      assert.equal(await board.boot(agent), 'A', 'told as it is, and no second trial')
      await agent.abandonTrial()
      for (let boots = 0; boots < 5; boots += 1) assert.equal(board.powerOn(), 'A')
    })

    test('a slot that fails its self-test is left by a restart', async () => {
      const board = await armed()
      board.powerOn()
      const agent = board.agent()
      await board.boot(agent)
      await agent.abandonTrial()
      assert.equal(await board.boot(agent), 'restarts')
      // Ended before the machine was: the next one goes on.
      const next = board.agent()
      assert.equal(await board.boot(next), 'B')
      assert.equal(await board.boot(next), 'restarts')
      assert.equal(board.powerOn(), 'A')
    })

    test('an agent that is started again before the machine was claims no trial and no fallback', async () => {
      const board = await armed()
      assert.equal(await board.boot(board.agent()), 'restarts')
      assert.equal(board.powerOn(), 'B')
      assert.equal(await board.boot(board.agent()), 'B')
      assert.equal(await board.boot(board.agent()), 'B', 'nor is a try taken by the agent')
    })

    test('power lost before a write is done: the slot that ran goes on', async () => {
      const board = await armed()
      board.powerOn()
      const agent = board.agent()
      await board.boot(agent)
      board.trouble = (variables) => {
        if (variables !== undefined) throw new Error('power lost')
      }
      await assert.rejects(agent.commit('B'), /power lost/)
      const seen = Array.from({ length: tries }, () => board.powerOn())
      assert.equal(seen.at(-1), 'A', 'what was never committed is left')
    })

    test('the slot that runs and the permanent one are never given to be written or tried', async () => {
      const board = await armed()
      board.powerOn()
      const agent = board.agent()
      for (const slot of ['A', 'B'] as const) {
        await assert.rejects(agent.forbid(slot), coded('SLOT_WRITE_FAILED'))
        await assert.rejects(agent.tryBoot(slot), coded('SLOT_WRITE_FAILED'))
      }
    })
  })
}

test('a board that came with both slots in its order boots only A once B is to be written', async () => {
  const board = new Board('u-boot', folder)
  await writeFile(board.environment, 'BOOT_ORDER=A B\nBOOT_A_LEFT=3\nBOOT_B_LEFT=3\n')
  board.powerOn()
  await board.agent().forbid('B')
  for (let boots = 0; boots < 8; boots += 1) assert.equal(board.powerOn(), 'A')
})

test('variables that do not read back as written are no success', async () => {
  const board = new Board('u-boot', folder)
  await writeFile(board.environment, '')
  board.powerOn()
  board.trouble = (variables) => {
    ;(variables as Map<string, string> | undefined)?.set('BOOT_ORDER', 'A')
  }
  const agent = board.agent()
  const wanted = agent.tryBoot('B')
  // The convention's own map is compared, so what was lost on the way shows.
  await assert.rejects(wanted, coded('BOOTLOADER_FAILED'))
})

test('variables that cannot be read do not keep the product from starting', async () => {
  const board = new Board('u-boot', folder)
  await writeFile(board.environment, '')
  board.powerOn()
  board.trouble = () => {
    throw new DeviceError('BOOTLOADER_FAILED', {})
  }
  assert.equal(await board.boot(board.agent()), 'A')
  assert.deepEqual(board.events, ['bootloader-failed', 'bootloader-failed'])
  await assert.rejects(board.agent().commit('A'), coded('BOOTLOADER_FAILED'))
})

for (const [what, command, aborted] of [
  ['whose command fails', ['/bin/false'], false],
  ['whose command is not there', ['/nowhere/reboot'], false],
  ['that does not come', ['/bin/true'], false],
  ['that the end of the agent cuts short', ['/bin/true'], true],
] as const) {
  test(`a restart ${what} is an error of the device, so that it is asked for again`, async () => {
    const signal = aborted ? AbortSignal.abort() : new AbortController().signal
    const timeLimitMs = aborted ? 60_000 : 20
    await assert.rejects(
      rebootSystem({ command, signal, timeLimitMs }),
      (error) => error instanceof DeviceError,
    )
  })
}
