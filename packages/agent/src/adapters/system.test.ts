import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

const SYSTEM = new URL('./system.ts', import.meta.url).href

/** In an /etc of its own, which nobody else sees. */
const TRAVEL = `
mount -t tmpfs none /etc || exit 1
set_zone() { ln -sfn "/usr/share/zoneinfo/$1" /etc/localtime; }
export -f set_zone
set_zone Asia/Tokyo
exec "$NODE" --input-type=module -e "$PROGRAM"
`
const PROGRAM = `
import { execFileSync } from 'node:child_process'
const { systemPlace } = await import(${JSON.stringify(SYSTEM)})
const before = systemPlace.timeZone()
execFileSync('bash', ['-c', 'set_zone Europe/Berlin'])
console.log(before, systemPlace.timeZone())
`

test('a machine that is set to another zone while the agent runs is in that zone', {
  skip: process.platform === 'linux' ? false : 'needs Linux namespaces',
}, () => {
  const { TZ: _own, ...others } = process.env
  const env = { ...others, NODE: process.execPath, PROGRAM }
  const { status, stdout, stderr } = spawnSync('unshare', ['-rm', 'bash', '-c', TRAVEL], {
    env,
    encoding: 'utf8',
  })
  assert.equal(status, 0, stderr)
  assert.equal(stdout, 'Asia/Tokyo Europe/Berlin\n')
})
