import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSettings, SettingsError } from '../settings.ts'

const parse = (installer: object) =>
  parseSettings(
    Buffer.from(
      JSON.stringify({
        ...{ product: 'lumen-gateway-g1', device: 'LG1-00017', compatible: 'lumen,gateway-g1' },
        ...{ dataFolder: '/data/fleetward', factoryPack: 'factory-pack', installer },
      }),
    ),
    '/etc/fleetward/settings.json',
  ).installer

const mistakesOf = (installer: object): string[] => {
  try {
    parse(installer)
  } catch (error) {
    if (error instanceof SettingsError) return error.mistakes.map(({ path }) => path).sort()
    throw error
  }
  return []
}

const least = {
  kind: 'raw-image',
  slots: { A: { path: '/dev/mmcblk0p2' }, B: { path: '/dev/mmcblk0p3', root: 'PARTUUID=bb' } },
  bootloader: { kind: 'u-boot' },
  selfTestCommand: ['/usr/lib/lumen/self-test'],
}

test('the least that raw-image needs, and what it leaves to the defaults', () => {
  assert.deepEqual(parse(least), {
    kind: 'raw-image',
    slots: {
      A: { path: '/dev/mmcblk0p2', type: 'block-device', roots: ['/dev/mmcblk0p2'] },
      B: { path: '/dev/mmcblk0p3', type: 'block-device', roots: ['/dev/mmcblk0p3', 'PARTUUID=bb'] },
    },
    bootloader: {
      kind: 'u-boot',
      config: '/etc/fw_env.config',
      printTool: '/usr/bin/fw_printenv',
      setTool: '/usr/bin/fw_setenv',
    },
    kernelCommandLine: '/proc/cmdline',
    bootIdFile: '/proc/sys/kernel/random/boot_id',
    rebootCommand: ['/usr/bin/systemctl', 'reboot'],
    selfTestCommand: ['/usr/lib/lumen/self-test'],
  })
})

test('paths are relative to the settings file', () => {
  const slots = { A: { path: 'a.img' }, B: { path: 'b.img' } }
  const bootloader = { kind: 'grub', path: 'grubenv' }
  const settings = parse({ ...least, slots, slotType: 'file', bootloader })
  assert.ok(settings.kind === 'raw-image' && settings.bootloader.kind === 'grub')
  assert.equal(settings.slots.A.path, '/etc/fleetward/a.img')
  assert.equal(settings.bootloader.path, '/etc/fleetward/grubenv')
})

for (const [what, change, mistakes] of [
  ['an installer nobody knows', { kind: 'swupdate' }, ['installer.kind']],
  [
    'both slots in one place',
    { slots: { A: { path: '/dev/a' }, B: { path: '/dev/a' } } },
    ['installer.slots.B'],
  ],
  ['a slot that is missing', { slots: { A: { path: '/dev/a' } } }, ['installer.slots.B.path']],
  ['a third slot', { slots: { ...least.slots, C: { path: '/dev/c' } } }, ['installer.slots.C']],
  ['no bootloader', { bootloader: {} }, ['installer.bootloader.kind']],
  [
    'a self-test that is searched for',
    { selfTestCommand: ['self-test'] },
    ['installer.selfTestCommand'],
  ],
  ['no self-test', { selfTestCommand: undefined }, ['installer.selfTestCommand']],
  ['a reboot that is no command', { rebootCommand: 'reboot' }, ['installer.rebootCommand']],
  ['a word too many', { slotTyp: 'file' }, ['installer.slotTyp']],
] as const) {
  test(`settings with ${what} are refused, and the place is named`, () => {
    const seen = mistakesOf({ ...least, ...change })
    assert.ok(
      mistakes.every((path) => seen.includes(path)),
      seen.join(),
    )
  })
}
