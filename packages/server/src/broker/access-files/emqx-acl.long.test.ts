import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { emqxAcl } from './emqx-acl.ts'

const ERLANG = '/usr/bin/erl'

test('EMQX’s file is what Erlang reads it as: one rule a term, the last one for everybody else', {
  skip: !existsSync(ERLANG) && 'Erlang is not installed (Debian: it comes with rabbitmq-server)',
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-emqx-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const devices = ['lumen-1', 'LG1_00017'].map((device) => ({
    ...{ product: 'lumen-g1', device, cohort: 'everyone', isQuarantined: false },
  }))
  const file = join(folder, 'acl.conf')
  const at = { serverUser: 'fleetward-server', devices, shutOut: [], deviceQos: 1 } as const
  await writeFile(file, emqxAcl(at))
  const program = `{ok, Terms} = file:consult("${file}"), [io:format("~p ~p~n", [element(1, T), tuple_size(T)]) || T <- Terms], halt().`
  const said = execFileSync(ERLANG, ['-noshell', '-eval', program], { encoding: 'utf8' })
  assert.deepEqual(said.trim().split('\n'), [...Array(6).fill('allow 4'), 'deny 2'])
})
