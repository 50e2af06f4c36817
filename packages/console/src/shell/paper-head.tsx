/** On paper only, which has neither a window's address nor a clock: whose page this is, of which product, as of when. */
import { useLayoutEffect, useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { productOf } from '../addresses.ts'
import { onLook, PAPER } from '../live/look.ts'
import { say } from '../words/say.tsx'
import { timeWords } from '../words/time.ts'

export function PaperHead() {
  const { path } = useLocation()
  const [at, setAt] = useState(nowSeconds)
  useLayoutEffect(() => onLook([PAPER], () => setAt(nowSeconds())), [])
  const product = productOf(path)
  return (
    <p class="paper-head">
      <strong>Fleetward</strong>
      {product !== undefined && ` · ${product}`} · {say('console.asOf', { time: timeWords(at) })}
    </p>
  )
}

const nowSeconds = () => Date.now() / 1000
