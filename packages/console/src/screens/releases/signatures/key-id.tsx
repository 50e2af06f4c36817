/** A key by its fingerprint (the key id of TUF): its beginning to be compared at a glance, all of it when unfolded. */
const SHOWN = 16

export function KeyId({ keyId }: { readonly keyId: string }) {
  if (keyId.length <= SHOWN) return <code>{keyId}</code>
  return (
    <details class="key-id">
      <summary>
        <code>{keyId.slice(0, SHOWN)}…</code>
      </summary>
      <code>{keyId.match(/.{1,8}/g)?.join(' ')}</code>
    </details>
  )
}
