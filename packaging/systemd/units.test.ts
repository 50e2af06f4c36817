/** The shipped units: right in form, closed as far as the documents say, and of one mind with the package. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { parseSettings } from '../../packages/agent/src/settings.ts'
import { callGroups, UNITS, UnitFile, unitNames } from './unit-file.ts'

const run = promisify(execFile)
const skip = existsSync('/usr/bin/systemd-analyze') ? false : 'systemd is not installed'
/** As docs/integrating/privileges.md says; 0 is closed, 10 unprotected. */
const EXPOSURE_MAX = { 'fleetward-agent.service': 1.5, 'fleetward-installer.service': 3.6 }
const [agent, installer] = [
  UnitFile.shipped('fleetward-agent.service'),
  UnitFile.shipped('fleetward-installer.service'),
]
const inPackage = (name: string) => readFileSync(join(UNITS, '../debian', name), 'utf8')
let folder: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-units-'))
})
after(() => rm(folder, { recursive: true, force: true }))

test('systemd finds nothing wrong with the units', { skip }, async () => {
  for (const name of unitNames()) {
    // The agent is not installed here, and whether it is there is what systemd looks at first.
    const text = UnitFile.shipped(name).text.replaceAll('/usr/bin/fleetward-agent', '/bin/true')
    await writeFile(join(folder, name), text)
  }
  const { stdout, stderr } = await run(
    'systemd-analyze',
    ['verify', ...unitNames().map((name) => join(folder, name))],
    { env: { LC_ALL: 'C', PATH: '/usr/bin:/bin', SYSTEMD_LOG_LEVEL: 'warning' } },
  )
  assert.deepEqual({ stdout, stderr }, { stdout: '', stderr: '' })
})

test('CRA P-084: no unit is more exposed than the documents say', { skip }, async () => {
  assert.deepEqual(unitNames(), Object.keys(EXPOSURE_MAX))
  const documents = readFileSync(join(UNITS, '../../docs/integrating/privileges.md'), 'utf8')
  for (const [name, exposure] of Object.entries(EXPOSURE_MAX)) {
    assert.match(documents.replaceAll('\n', ' '), new RegExp(`${exposure} for \`${name}\``))
    const words = [`--threshold=${exposure * 10}`, '--offline=yes', '--no-pager']
    await run('systemd-analyze', ['security', ...words, join(UNITS, name)])
  }
})

test('the example settings are taken as they are, and name the folders that units and package make', () => {
  const file = '/etc/fleetward/settings.json'
  const settings = parseSettings(Buffer.from(inPackage('settings.example.json')), file)
  const { privileges, ownersData } = settings
  assert.ok(privileges)
  assert.equal(settings.production, true)
  assert.equal(settings.dataFolder, `/var/lib/${agent.one('StateDirectory')}`)
  assert.equal(settings.socket, `/run/${agent.one('RuntimeDirectory')}/agent.sock`)
  assert.equal(privileges.dataFolder, `/var/lib/${installer.one('StateDirectory')}`)
  assert.equal(privileges.socket, `/run/${installer.one('RuntimeDirectory')}/installer.sock`)
  for (const unit of [agent, installer]) {
    assert.ok(unit.one('ExecStart').endsWith(` --settings ${file}`))
    assert.equal(unit.one('ReadWritePaths'), `-${ownersData.folder}`)
  }
  const users = [...inPackage('sysusers.conf').matchAll(/^u (\S+)/gm)].map(([, name]) => name)
  assert.deepEqual(users, [agent.one('User'), privileges.productUser])
  assert.equal(installer.one('Group'), agent.one('Group'))
})

test('package and service manager give a folder the same mode', () => {
  const made = new Map(
    [...inPackage('postinst').matchAll(/^ *folder (\S+) \S+ \S+ (\d+)$/gm)].map(
      ([, path, mode]) => [path, mode],
    ),
  )
  assert.equal(made.size, 4)
  assert.equal(made.get('/var/lib/fleetward'), agent.one('StateDirectoryMode'))
  assert.equal(made.get('/var/lib/fleetward-installer'), installer.one('StateDirectoryMode'))
  assert.equal(made.get('/etc/fleetward'), agent.one('ConfigurationDirectoryMode'))
})

test('a system call that a filter takes away again is not allowed', () => {
  const groups = callGroups(
    '@default\n    exit\n@system-service\n    # General\n    @io\n    chown\n@io\n    read\n@privileged\n    chown\n',
  )
  const unit = new UnitFile('SystemCallFilter=@system-service\nSystemCallFilter=~@privileged\n')
  assert.deepEqual([...unit.allowedCalls(groups)].sort(), ['exit', 'read'])
})
