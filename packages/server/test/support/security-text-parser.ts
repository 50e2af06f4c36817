/**
 * A reader of security.txt that was written from RFC 9116 alone and shares nothing with the writer: ABNF of §4, the
 * rules of §2.5. Throws for whatever a strict reader would not take.
 */
import assert from 'node:assert/strict'

/** §2.5, and CSAF of the registry (§6.2). */
const KNOWN = [
  ...['acknowledgments', 'canonical', 'contact', 'encryption', 'expires', 'hiring', 'policy'],
  ...['preferred-languages', 'csaf'],
]
const URIS = ['acknowledgments', 'canonical', 'contact', 'encryption', 'hiring', 'policy', 'csaf']
/** RFC 3339 §5.6. */
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/
const LANGUAGE = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/

export type SecurityText = ReadonlyMap<string, readonly string[]>

export function readSecurityText(served: string, now: Date): SecurityText {
  const text = unsigned(served)
  assert.ok(text.endsWith('\n'), 'each line ends (§4)')
  assert.ok(Buffer.byteLength(text) <= 32 * 1024, 'not longer than a reader takes (§5.6)')
  const fields = new Map<string, string[]>()
  for (const line of text.slice(0, -1).split(/\r?\n/)) {
    if (line.startsWith('#') || /^[ \t]*$/.test(line)) continue
    const [, name = '', value = ''] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): (.*)$/.exec(line) ?? []
    assert.ok(KNOWN.includes(name.toLowerCase()), `a field: ${line}`)
    assert.match(value, /^[\x20-\x7e]+$/, line)
    fields.set(name.toLowerCase(), [...(fields.get(name.toLowerCase()) ?? []), value])
  }
  assert.ok((fields.get('contact') ?? []).length >= 1, 'Contact has to be there (§2.5.3)')
  const [expires = '', ...others] = fields.get('expires') ?? []
  assert.deepEqual(others, [], 'Expires stands once (§2.5.5)')
  assert.match(expires, DATE_TIME)
  const leftMs = Date.parse(expires) - now.getTime()
  assert.ok(leftMs > 0, 'it is over (§2.5.5)')
  assert.ok(leftMs < 365 * 86_400_000, 'less than a year (§2.5.5)')
  const languages = fields.get('preferred-languages') ?? []
  assert.ok(languages.length <= 1, 'Preferred-Languages stands once (§2.5.8)')
  for (const tag of languages.flatMap((list) => list.split(/, ?/))) assert.match(tag, LANGUAGE)
  for (const name of URIS) {
    for (const uri of fields.get(name) ?? []) {
      const { protocol } = new URL(uri)
      // Web addresses are https (§2.5.3 and the others).
      assert.notEqual(protocol, 'http:', uri)
    }
  }
  return fields
}

/** The text in an OpenPGP cleartext message (§4 `signed`, RFC 9580 §7): dashes at the front of lines are escaped. */
function unsigned(served: string): string {
  if (!served.startsWith('-----BEGIN PGP SIGNED MESSAGE-----')) return served
  // The last line break before the signature is no part of the text.
  const [, , text = ''] =
    /^-----BEGIN PGP SIGNED MESSAGE-----\n(Hash: SHA(?:256|512)\n)+\n([\s\S]*)\n-----BEGIN PGP SIGNATURE-----\n[\s\S]+\n-----END PGP SIGNATURE-----\n?$/.exec(
      served.replaceAll('\r\n', '\n'),
    ) ?? assert.fail('a cleartext message')
  return text.replaceAll(/^- /gm, '')
}
