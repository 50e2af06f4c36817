/** Hands a text to the viewer as a file. */
const TYPES = { csv: 'text/csv;charset=utf-8', json: 'application/json' } as const

export function saveAs(name: string, kind: keyof typeof TYPES, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: TYPES[kind] }))
  const link = document.createElement('a')
  link.href = address
  link.download = `${name.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 80)}.${kind}`
  link.click()
  URL.revokeObjectURL(address)
}
