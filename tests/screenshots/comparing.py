"""Whether a picture looks different from the one before: dates and times of day alone are no reason for a new file."""

import base64

from playwright.sync_api import Browser

_SHARE = 0.01  # of all points, above which a picture has changed
_POINTS = """async ([before, after]) => {
  const points = async data => {
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
    canvas.drawImage(picture, 0, 0);
    return canvas.getImageData(0, 0, picture.width, picture.height);
  };
  const [one, other] = [await points(before), await points(after)];
  if (one.width !== other.width || one.height !== other.height) return 1;
  const these = new Uint32Array(one.data.buffer), those = new Uint32Array(other.data.buffer);
  return these.reduce((count, point, place) => count + (point !== those[place]), 0) / these.length;
}"""


def differs(browser: Browser | None, before: bytes, after: bytes) -> bool:
    """Tell whether more than a hundredth of two PNG pictures differs, or their size."""
    if browser is None:
        return True
    with browser.new_context() as context:
        page = context.new_page()
        pictures = [base64.b64encode(each).decode() for each in (before, after)]
        return float(page.evaluate(_POINTS, pictures)) > _SHARE
