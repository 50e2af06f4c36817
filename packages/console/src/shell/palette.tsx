/** Ctrl-K: to any screen and to anything that has a name, without a mouse. */

import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { productOf } from '../addresses.ts'
import { products } from '../live/products.ts'
import { Dialog } from '../pieces/dialogs/dialog.tsx'
import { say } from '../words/say.tsx'
import { type Place, placesCalled } from './places.ts'

const SEARCH_AFTER_MS = 120

export function Palette() {
  const [isOpen, setOpen] = useState(false)
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        setOpen((before) => !before)
      }
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  return (
    <>
      <button
        type="button"
        class="palette-button"
        aria-keyshortcuts="Control+K"
        onClick={() => setOpen(true)}
      >
        {say('palette.open')} <kbd>Ctrl K</kbd>
      </button>
      {isOpen && <PaletteDialog onClose={() => setOpen(false)} />}
    </>
  )
}

function PaletteDialog({ onClose }: { readonly onClose: () => void }) {
  const { path, route } = useLocation()
  const [wanted, setWanted] = useState('')
  const [places, setPlaces] = useState<readonly Place[]>([])
  const [chosen, setChosen] = useState(0)
  /** What the places were looked for by. */
  const [sought, setSought] = useState<string>()
  /** Enter came before the answer: it goes to the first place of that, and to none of the answer before. */
  const isAwaited = useRef(false)
  const list = useRef<HTMLDivElement>(null)
  const product = productOf(path) ?? products.value?.[0]?.id

  useLayoutEffect(() => {
    const end = new AbortController()
    const timer = setTimeout(() => {
      void placesCalled(wanted, product, end.signal).then((found) => {
        if (end.signal.aborted) return
        setPlaces(found)
        setChosen(0)
        setSought(wanted)
        if (isAwaited.current) go(found[0])
        isAwaited.current = false
      })
    }, SEARCH_AFTER_MS)
    return () => {
      clearTimeout(timer)
      end.abort()
    }
  }, [wanted, product])

  const go = (place: Place | undefined) => {
    if (place === undefined) return
    onClose()
    route(place.href)
  }
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      const next = (chosen + step + places.length) % Math.max(places.length, 1)
      setChosen(next)
      list.current?.children[next]?.scrollIntoView({ block: 'nearest' })
    }
    if (event.key === 'Enter') {
      event.preventDefault()
      if (sought === wanted) go(places[chosen])
      else isAwaited.current = true
    }
  }

  return (
    <Dialog title={say('palette.title')} onClose={onClose}>
      <input
        type="text"
        role="combobox"
        aria-label={say('palette.label')}
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={places.length > 0 ? `palette-${chosen}` : undefined}
        autocomplete="off"
        autofocus
        value={wanted}
        onInput={({ currentTarget }) => {
          isAwaited.current = false
          setWanted(currentTarget.value)
        }}
        onKeyDown={onKey}
      />
      <div
        id="palette-list"
        class="palette-list"
        ref={list}
        role="listbox"
        aria-label={say('palette.title')}
      >
        {places.map((place, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are at the field, which has the focus
          <div
            key={place.href}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === chosen}
            onClick={() => go(place)}
          >
            <span>{place.name}</span> <span class="quiet">{place.kind}</span>
          </div>
        ))}
      </div>
      <p class="quiet" role="status">
        {places.length === 0 && wanted !== '' ? say('palette.nothing') : say('palette.hint')}
      </p>
    </Dialog>
  )
}
