// What keeps long lists quick.

import { h } from "htm/preact";

/** A view that is drawn again only when its own values change: what keeps long lists quick. */
export function still(View) {
  return function Still(props) {
    this.shouldComponentUpdate = (next) => {
      const names = Object.keys(next);
      return (
        names.length !== Object.keys(this.props).length ||
        names.some((name) => next[name] !== this.props[name])
      );
    };
    return h(View, props);
  };
}
