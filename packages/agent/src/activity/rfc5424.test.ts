/** Syslog messages, read back by a parser written from the grammar of RFC 5424 §6. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeEntry, type LogEntry } from './entry.ts'
import { syslogOf } from './rfc5424.ts'

const entry: LogEntry = {
  ...{ seq: 12, time: '2027-01-15T08:00:00.000Z', uptimeMs: 5000, class: 'security' },
  ...{ event: 'command-refused', by: 'server', prev: 'a'.repeat(64) },
  facts: { code: 'COMMAND_NONCE_WRONG', note: 'a "quoted" \\ ] thing\nwith <13>1 a line' },
}

const GRAMMAR =
  /^<(?<pri>\d{1,3})>(?<version>[1-9]\d{0,2}) (?<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z) (?<host>[\x21-\x7e]{1,255}) (?<app>[\x21-\x7e]{1,48}) (?<proc>[\x21-\x7e]{1,128}) (?<msgid>[\x21-\x7e]{1,32}) (?<data>(?:\[[^ =\]"]{1,32}(?: [^ =\]"]{1,32}="(?:[^"\\\]]|\\["\\\]])*")*\])+|-) \uFEFF(?<message>.*)$/su

test('CRA P-097: an entry as a syslog message reads back as what it was', () => {
  const line = encodeEntry(entry)
  const read = GRAMMAR.exec(syslogOf(line, 'LG1-00017') ?? '')?.groups
  assert.ok(read)
  const { pri, version, time, host, app, msgid, data, message } = read
  assert.deepEqual(
    { pri, version, time, host, app, msgid, message },
    {
      ...{ pri: '108', version: '1', time: entry.time, host: 'LG1-00017' },
      ...{ app: 'fleetward-agent', msgid: 'command-refused', message: line },
    },
  )
  assert.equal(data, '[fleetward@32473 seq="12" class="security" by="server" uptimeMs="5000"]')
  assert.doesNotMatch(syslogOf(line, 'LG1-00017') ?? '', /[\r\n]/)
})

test('a line that is no entry becomes no message', () => {
  assert.equal(syslogOf('<13>1 - - - - - - forged', 'LG1-00017'), undefined)
})
