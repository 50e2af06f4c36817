import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

const SYSTEM = new URL('./system.ts', import.meta.url).href
const mayHaveOwnFiles = spawnSync('unshare', ['-m', 'true']).status === 0

/** In an /etc of its own, which nobody else sees. */
const TRAVEL = `
mount -t tmpfs none /mnt && cp -a /etc/. /mnt/ && mount --bind /mnt /etc || exit 77
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
  skip: !mayHaveOwnFiles,
}, (t) => {
  const { TZ: _own, ...others } = process.env
  const env = { ...others, NODE: process.execPath, PROGRAM }
  const { status, stdout, stderr } = spawnSync('unshare', ['-m', 'bash', '-c', TRAVEL], {
    env,
    encoding: 'utf8',
  })
  if (status === 77) return t.skip('nothing can be mounted here')
  assert.equal(stdout, 'Asia/Tokyo Europe/Berlin\n', stderr)
})
