import { Screen } from '../../pieces/screen.tsx'
import { say } from '../../words/say.tsx'

export function GuideScreen() {
  return <Screen title={say('screens.guide')} />
}
