"""The newcomer, in the words of his own forms."""

from tests.world import SLUG

HOME = f"/c/{SLUG}"
PYOTR = {
    "last_name": "Ветров", "first_name": "Пётр", "patronymic": "Ильич", "school": "Школа № 4",
    "post": "учитель", "subjects": "физика", "email": "pyotr@shkola.example",
    "password": "сосна над озером 41",
}  # fmt: skip
WHY = "Веду физику первый год. Хочу показать свои уроки тем, кто ведёт её давно."
