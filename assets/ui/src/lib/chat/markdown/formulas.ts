/** TeX as MathML, by Temml, with its styles and its font of script letters. Loaded when the first formula is shown. */
import temml from 'temml'
import 'temml/dist/Temml-Local.css'

/** A formula's MathML. Throws for what is none. */
export function mathml(tex: string, displayMode: boolean): string {
  return temml.renderToString(tex, {
    displayMode,
    throwOnError: true,
    // Nothing that leads elsewhere or names a class or style of its own.
    trust: false,
    annotate: false,
    maxExpand: 200,
    maxSize: [20, 20],
  })
}
