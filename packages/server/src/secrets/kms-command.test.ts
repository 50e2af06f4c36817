import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { kmsHook, script } from '../../test/support/kms-hook.ts'
import { kmsWrapping } from './kms-command.ts'
import { newSealingKeyBytes } from './sealing-key.ts'

const TIMEOUT_MS = 10_000

test('a data key goes through a KMS command and comes back', async (t) => {
  const wrapping = kmsWrapping(await kmsHook(t), TIMEOUT_MS)
  const dataKey = newSealingKeyBytes()
  const wrapped = await wrapping.wrap(dataKey)
  assert.ok(wrapping.claims(wrapped))
  assert.ok(!wrapped.includes(Buffer.from(dataKey).toString('base64')))
  assert.deepEqual(await wrapping.unwrap(wrapped), new Uint8Array(dataKey))
})

test('a data key is in no argument and no variable of the KMS command', async (t) => {
  const hook = await script(
    t,
    `#!/bin/sh\ntr '\\0' '\\n' < /proc/$$/cmdline > "$0.seen"\nenv >> "$0.seen"\nread -r q\necho '{"ciphertext":"c"}'\n`,
  )
  const dataKey = newSealingKeyBytes()
  await kmsWrapping([hook], TIMEOUT_MS).wrap(dataKey)
  const seen = await readFile(`${hook}.seen`, 'utf8')
  assert.ok(seen.includes(hook))
  for (const form of ['base64', 'base64url', 'hex'] as const) {
    assert.ok(!seen.includes(Buffer.from(dataKey).toString(form)))
  }
})

/** The sentence that a person gets. */
async function complaintOf(command: string[], timeoutMs = TIMEOUT_MS): Promise<string> {
  try {
    await kmsWrapping(command, timeoutMs).unwrap('kms1.YWJj')
  } catch (error) {
    assert.ok(error instanceof Error)
    assert.equal(error.name, 'SealingKeyError')
    return error.message
  }
  return assert.fail('it opened something')
}

test('a KMS command that fails, hangs, floods or answers nonsense ends in a sentence', async (t) => {
  assert.match(await complaintOf([join(tmpdir(), 'no-such-hook')]), /ENOENT/)
  const denied = await script(t, '#!/bin/sh\necho "access denied" >&2\nexit 3\n')
  assert.match(await complaintOf([denied]), /exit code 3.*access denied/)
  for (const answer of ['', 'nonsense', '[]', '{"plaintext":7}', '{"plaintext":"YWJj"}']) {
    const hook = await script(t, `#!/bin/sh\nread -r q\nprintf '%s' '${answer}'\n`)
    assert.match(await complaintOf([hook]), /answered/, answer)
  }
  const flood = await script(t, '#!/bin/sh\nhead -c 1000000 /dev/zero\nexec sleep 60\n')
  assert.match(await complaintOf([flood]), /more than 65536 bytes/)
})

test('a KMS command that hangs is ended with everything it started', async (t) => {
  const hook = await script(
    t,
    '#!/bin/sh\nsleep 600 &\necho "$!" > "$0.child"\necho "$$" >> "$0.child"\nwait\n',
  )
  assert.match(await complaintOf([hook], 700), /within 0.7 s/)
  const pids = (await readFile(`${hook}.child`, 'utf8')).trim().split('\n').map(Number)
  assert.equal(pids.length, 2)
  for (const pid of pids) await gone(pid)
})

/** Resolves once the process is dead; a zombie that nobody has collected yet is. */
async function gone(pid: number): Promise<void> {
  for (let look = 0; look < 500; look++) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
    if (stat === undefined || / Z /.test(stat)) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  assert.fail(`process ${pid} lives`)
}
