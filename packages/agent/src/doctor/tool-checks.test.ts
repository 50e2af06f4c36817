import assert from 'node:assert/strict'
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, test } from 'node:test'
import { type DoctorSite, doctorSite, finding } from '../../../../test/support/doctor-site.ts'

let device: DoctorSite
beforeEach(async () => {
  device = await doctorSite()
  await mkdir(device.at('bin/modules'), { recursive: true })
  const tools = ['print', 'set', 'grub', 'rauc', 'test', 'reboot', 'power', 'modules/rootfs']
  for (const name of tools) await program(`bin/${name}`)
})
afterEach(() => device.remove())

async function program(name: string): Promise<void> {
  await writeFile(device.at(name), '#!/bin/sh\n')
  await chmod(device.at(name), 0o755)
}

const bin = (name: string) => device.at('bin', name)
const system = () => ({ selfTestCommand: [bin('test')], rebootCommand: [bin('reboot')] })
const uBoot = () => ({ kind: 'u-boot', printTool: bin('print'), setTool: bin('set') })
const grub = () => ({ kind: 'grub', tool: bin('grub') })
const INSTALLERS: Readonly<Record<string, () => [object, readonly string[]]>> = {
  'slot-directory': () => [{ kind: 'slot-directory' }, []],
  'raw-image': () => [
    {
      ...{ kind: 'raw-image', ...system(), bootloader: uBoot() },
      slots: { A: { path: '/dev/a' }, B: { path: '/dev/b' } },
    },
    ['test', 'reboot', 'print', 'set'],
  ],
  rauc: () => [
    { kind: 'rauc', ...system(), tool: bin('rauc'), bootloader: grub() },
    ['test', 'reboot', 'rauc', 'grub'],
  ],
  'update-module': () => [
    { kind: 'update-module', modulesFolder: bin('modules'), rebootCommand: [bin('reboot')] },
    ['reboot', 'modules'],
  ],
}

for (const [kind, plan] of Object.entries(INSTALLERS)) {
  test(`${kind}: each program that it calls is looked for`, async () => {
    const [installer, tools] = plan()
    const settings = { installer, powerCommand: [bin('power')] }
    assert.equal((await finding('installer-tools', device.site(settings))).level, 'ok')
    for (const name of [...tools, 'power']) {
      await chmod(bin(name), 0o777)
      assert.equal((await finding('installer-tools', device.site(settings))).level, 'wrong', name)
      await rm(bin(name), { recursive: true })
      const { level, seen } = await finding('installer-tools', device.site(settings))
      assert.equal(level, 'wrong')
      assert.equal(seen, `missing: ${bin(name)}`)
      await program(`bin/${name}`)
    }
  })
}

test('an update module that others may change is wrong', async () => {
  const [installer] = INSTALLERS['update-module']?.() ?? []
  await chmod(bin('modules/rootfs'), 0o775)
  assert.equal((await finding('installer-tools', device.site({ installer }))).level, 'wrong')
})
