// What keeps long lists quick.

import { h } from "htm/preact";

/**
 * A view that is drawn again only when its own values change. `apart` names values that are made anew each
 * time and whose change alone says nothing.
 */
export function still(View, apart = []) {
  return function Still(props) {
    this.shouldComponentUpdate = (next) => {
      const names = Object.keys(next);
      return (
        names.length !== Object.keys(this.props).length ||
        names.some((name) => next[name] !== this.props[name] && !apart.includes(name))
      );
    };
    return h(View, props);
  };
}
