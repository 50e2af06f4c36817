/** The bootloaders' own tools, as Debian ships them, over environments in files. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import {
  chmod,
  mkdtemp,
  open,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { codeOf } from '@fleetward/shared'
import type { BootConvention, BootVariableStore } from './boot-choice.ts'
import { countedTries, singleTry } from './boot-conventions.ts'
import { runBootTool } from './boot-tool.ts'
import { FileEnvironment } from './file-environment.ts'
import { GrubEnvironment } from './grub-environment.ts'
import { UBootEnvironment } from './u-boot-environment.ts'

const COPY_BYTES = 0x1000
const GRUB_TOOL = '/usr/bin/grub-editenv'
const U_BOOT_TOOLS = { printTool: '/usr/bin/fw_printenv', setTool: '/usr/bin/fw_setenv' }
const notThere = (path: string) => {
  try {
    accessSync(path, constants.X_OK)
    return false
  } catch {
    return `${path} is not installed here`
  }
}

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-bootenv-'))
})
after(() => rm(folder, { recursive: true }))

const coded = (code: string) => (error: unknown) => {
  assert.equal(codeOf(error)?.code, code, String(error))
  return true
}

/** An environment of two copies, as `mkenvimage -r` makes them. */
async function uBoot(
  name: string,
): Promise<{ store: UBootEnvironment; image: string; config: string }> {
  const image = join(folder, `${name}.env`)
  const config = join(folder, `${name}.config`)
  const initial = join(folder, `${name}.initial`)
  await writeFile(image, Buffer.alloc(2 * COPY_BYTES, 0xff))
  await writeFile(config, ['0x0', '0x1000'].map((at) => `${image} ${at} 0x1000\n`).join(''))
  await writeFile(initial, 'bootdelay=1\nBOOT_ORDER=A B\n')
  const set = ['-c', config, '-f', initial, '-s', '-']
  execFileSync(U_BOOT_TOOLS.setTool, set, { input: 'ethaddr=00:11:22:33:44:55\n', stdio: 'pipe' })
  return { store: new UBootEnvironment({ config, ...U_BOOT_TOOLS }), image, config }
}

async function grub(name: string): Promise<{ store: GrubEnvironment; path: string }> {
  const path = join(folder, `${name}.grubenv`)
  execFileSync(GRUB_TOOL, [path, 'create'])
  execFileSync(GRUB_TOOL, [path, 'set', 'saved_entry=0'])
  return { store: new GrubEnvironment({ path, tool: GRUB_TOOL }), path }
}

const stores: [string, string | false, BootConvention, () => Promise<BootVariableStore>][] = [
  ['U-Boot', notThere(U_BOOT_TOOLS.setTool), countedTries, async () => (await uBoot('each')).store],
  ['GRUB', notThere(GRUB_TOOL), singleTry, async () => (await grub('each')).store],
  ['a file', false, countedTries, async () => new FileEnvironment(join(folder, 'each.file'))],
]
for (const [name, skip, convention, make] of stores) {
  test(`${name}: every choice reads back as it was written`, { skip }, async () => {
    const store = await make()
    for (const choice of [
      { permanent: 'A' },
      { permanent: 'A', trial: { slot: 'B', triesLeft: 1 } },
      { permanent: 'B' },
      { permanent: 'B', trial: { slot: 'A', triesLeft: 1 } },
    ] as const) {
      await store.write(convention.write(choice))
      assert.deepEqual(convention.read(await store.read(convention.names)), choice)
    }
  })
}

describe('U-Boot', { skip: notThere(U_BOOT_TOOLS.setTool) }, () => {
  test('what else is in the environment stays, and a variable that is not set is not there', async () => {
    const { store } = await uBoot('others')
    await store.write(countedTries.write({ permanent: 'B' }))
    const seen = await store.read(['ethaddr', 'BOOT_ORDER', 'nothing'])
    assert.deepEqual([...seen].sort(), [
      ['BOOT_ORDER', 'B'],
      ['ethaddr', '00:11:22:33:44:55'],
    ])
  })

  test('the newest copy is read whatever the counter of the copies has come to, also where it wraps', async () => {
    const { store, image } = await uBoot('wrap')
    // Each copy: CRC-32 of its data, one byte of counter, data. The counter is not under the CRC.
    const setCounters = async (first: number, second: number) => {
      const file = await open(image, 'r+')
      await file.write(Uint8Array.of(first), 0, 1, 4)
      await file.write(Uint8Array.of(second), 0, 1, COPY_BYTES + 4)
      await file.close()
    }
    // Both copies valid, and different.
    for (const permanent of ['A', 'B'] as const)
      await store.write(countedTries.write({ permanent }))
    const newestFirst =
      ((await readFile(image))[4] as number) > ((await readFile(image))[COPY_BYTES + 4] as number)
    for (let counter = 0; counter < 256; counter += 1) {
      const older = counter
      const newer = (counter + 1) % 256
      await setCounters(...((newestFirst ? [newer, older] : [older, newer]) as [number, number]))
      const seen = countedTries.read(await store.read(countedTries.names))
      assert.equal(seen?.permanent, 'B', `counters ${older} and ${newer}`)
    }
  })

  test('a write that was cut off leaves the variables as they were', async () => {
    const { store, image } = await uBoot('torn')
    await store.write(countedTries.write({ permanent: 'A' }))
    const before = await readFile(image)
    await store.write(countedTries.write({ permanent: 'A', trial: { slot: 'B', triesLeft: 3 } }))
    const after = await readFile(image)
    // The copy that the write went to, with any part of it not yet written.
    const at = before.subarray(0, COPY_BYTES).equals(after.subarray(0, COPY_BYTES)) ? COPY_BYTES : 0
    for (const written of [0, 1, 4, 5, 6, 40]) {
      const torn = Buffer.from(before)
      after.copy(torn, at, at, at + written)
      await writeFile(image, torn)
      const seen = countedTries.read(await store.read(countedTries.names))
      assert.deepEqual(seen, { permanent: 'A' }, `${written} bytes`)
    }
  })

  test('an environment that is gone, and a tool that is not there or never ends, are said', async () => {
    const { store, image, config } = await uBoot('gone')
    await writeFile(image, Buffer.alloc(2 * COPY_BYTES, 0xff))
    await assert.rejects(store.read(countedTries.names), coded('BOOTLOADER_FAILED'))
    const without = new UBootEnvironment({
      config,
      printTool: '/nowhere/fw_printenv',
      setTool: '/nowhere',
    })
    await assert.rejects(without.read([]), coded('BOOTLOADER_FAILED'))
    await assert.rejects(without.write(new Map([['a', 'b']])), coded('BOOTLOADER_FAILED'))
    const hanging = runBootTool({ program: '/bin/sleep', words: ['60'], timeLimitMs: 50 })
    await assert.rejects(hanging, coded('BOOTLOADER_FAILED'))
    const endless = runBootTool({ program: '/usr/bin/yes', words: [] })
    await assert.rejects(endless, coded('BOOTLOADER_FAILED'))
  })

  test('a value that imitates a second variable of ours is refused', async () => {
    const { config } = await uBoot('imitated')
    const printTool = join(folder, 'imitating')
    await writeFile(printTool, '#!/bin/sh\nprintf "BOOT_ORDER=A\\nnote=x\\nBOOT_ORDER=B\\n"\n')
    await chmod(printTool, 0o755)
    const store = new UBootEnvironment({ ...U_BOOT_TOOLS, config, printTool })
    await assert.rejects(store.read(['BOOT_ORDER']), coded('BOOTLOADER_FAILED'))
  })
})

test('U-Boot’s tools are called in one fixed form: all variables of a change at once, none in its words', async () => {
  const calls = join(folder, 'calls')
  const recording = join(folder, 'recording-tool')
  await writeFile(recording, `#!/bin/sh\nprintf '%s|' "$@" >> ${calls}\ncat >> ${calls}\n`)
  await chmod(recording, 0o755)
  const config = '/etc/fw_env.config'
  const store = new UBootEnvironment({ config, printTool: recording, setTool: recording })
  await store.write(countedTries.write({ permanent: 'A', trial: { slot: 'B', triesLeft: 3 } }))
  await store.read(countedTries.names)
  const set = 'BOOT_ORDER=B A\nBOOT_A_LEFT=3\nBOOT_B_LEFT=3\nfleetward_trial=B\n'
  assert.equal(await readFile(calls, 'utf8'), `-c|${config}|-s|-|${set}-c|${config}|`)
})

const noScriptCheck = notThere('/usr/bin/grub-script-check')
test('the script for GRUB that integrators are given is one that GRUB can read', {
  skip: noScriptCheck,
}, () => {
  const script = new URL('../../../../../docs/integrating/boot/grub.cfg', import.meta.url)
  execFileSync('/usr/bin/grub-script-check', [fileURLToPath(script)], { stdio: 'pipe' })
})

describe('GRUB', { skip: notThere(GRUB_TOOL) }, () => {
  test('what else is in the block stays, and the block stays one GRUB can write', async () => {
    const { store, path } = await grub('others')
    await chmod(path, 0o644)
    await store.write(singleTry.write({ permanent: 'B' }))
    assert.equal((await store.read(['saved_entry'])).get('saved_entry'), '0')
    const { size, mode } = await stat(path)
    assert.deepEqual({ size, mode: mode & 0o777 }, { size: 1024, mode: 0o644 })
  })

  test('the file is replaced as a whole: the tool, which empties it first, never touches it', async () => {
    const { store, path } = await grub('whole')
    const before = await open(path, 'r')
    await store.write(singleTry.write({ permanent: 'B' }))
    const { buffer, bytesRead } = await before.read(Buffer.alloc(2048), 0, 2048, 0)
    await before.close()
    assert.equal(bytesRead, 1024)
    assert.match(buffer.toString('latin1'), /saved_entry=0\n#/)
  })

  test('what is no environment block is left alone', async () => {
    const { store, path } = await grub('cut')
    await truncate(path, 1000)
    await assert.rejects(
      store.write(singleTry.write({ permanent: 'B' })),
      coded('BOOTLOADER_FAILED'),
    )
    assert.equal((await stat(path)).size, 1000)
    await rm(path)
    await symlink('/etc/hostname', path)
    await assert.rejects(store.write(singleTry.write({ permanent: 'B' })), coded('DISK_FAILED'))
  })
})
